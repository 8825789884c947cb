# Reads an archive of mongodump to its end: every document whole, every collection closed. Its checksums are mongorestore's to check.
import struct, sys

read = sys.stdin.buffer.read


def fail(status, words):
    sys.stderr.write(words + '\n')
    sys.exit(status)


def exactly(count):
    found = read(count)
    if len(found) != count:
        fail(1, 'it ends in the middle')
    return found


def document(end_allowed=False):
    """The bytes of the next one, None for the sign that ends a block, an empty one at the end of the archive."""
    head = read(4)
    if not head and end_allowed:
        return b''
    if len(head) != 4:
        fail(1, 'it ends in the middle')
    length = struct.unpack('<i', head)[0]
    if length == -1:
        return None
    if not 5 <= length <= 64 << 20:
        fail(1, 'it has a document of %d bytes' % length)
    rest = exactly(length - 4)
    if rest[-1] != 0:
        fail(1, 'it has a document that is not whole')
    return head + rest


def fields(doc):
    """Texts and truths of a block's head."""
    found, at = {}, 4
    while doc[at] != 0:
        kind = doc[at]
        end = doc.index(0, at + 1)
        key, at = doc[at + 1:end].decode(), end + 1
        if kind == 2:
            length = struct.unpack_from('<i', doc, at)[0]
            found[key], at = doc[at + 4:at + 3 + length].decode(), at + 4 + length
        elif kind == 8:
            found[key], at = doc[at] == 1, at + 1
        elif kind in (0x10, 0x12, 1):
            at += 4 if kind == 0x10 else 8
        else:
            fail(1, 'it has a block that cannot be read')
    return found


def main():
    if read(4) != b'\x6d\xe2\x99\x81':
        fail(1, 'it is no archive of mongodump')
    while document() is not None:
        pass
    open_ones, closed, count = set(), set(), 0
    while True:
        head = document(True)
        if head == b'':
            break
        if head is None:
            fail(1, 'it has a block without a head')
        about = fields(head)
        one = '%s.%s' % (about.get('db'), about.get('collection'))
        open_ones.add(one)
        if about.get('EOF'):
            closed.add(one)
        while True:
            doc = document()
            if doc is None:
                break
            count += 1
    if open_ones != closed:
        fail(1, 'it ends before the end of %s' % ', '.join(sorted(open_ones - closed)))
    if not closed:
        fail(43, 'it holds no collection')
    print('read to its end: %d documents in %d collections' % (count, len(closed)))


try:
    main()
except (IndexError, ValueError, struct.error) as e:
    fail(1, 'it cannot be read: %s' % e)
