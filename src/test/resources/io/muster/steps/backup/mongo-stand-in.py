#!/usr/bin/env python3
# Stands in for mongosh, mongodump and mongorestore: a database is a directory, a collection a file with one document.
import os, re, struct, sys

root = os.environ['DATABASES']
tool = os.path.basename(sys.argv[0])


def doc(**fields):
    body = b''
    for key, value in fields.items():
        if isinstance(value, bool):
            body += b'\x08' + key.encode() + b'\0' + bytes([value])
        elif isinstance(value, int):
            body += b'\x12' + key.encode() + b'\0' + struct.pack('<q', value)
        else:
            raw = value.encode() + b'\0'
            body += b'\x02' + key.encode() + b'\0' + struct.pack('<i', len(raw)) + raw
    return struct.pack('<i', len(body) + 5) + body + b'\0'


def path(name):
    return os.path.join(root, *name.split('.', 1))


def collections(name):
    return sorted(os.listdir(path(name))) if os.path.isdir(path(name)) else []


def gone():
    """Counts what changes something; after MOST of them the server is gone."""
    if 'MOST' in os.environ:
        done = int(open(os.environ['COUNT']).read()) if os.path.exists(os.environ['COUNT']) else 0
        if done >= int(os.environ['MOST']):
            sys.exit('the server is gone')
        open(os.environ['COUNT'], 'w').write(str(done + 1))


def drop(name):
    for one in collections(name):
        os.remove(path(name + '.' + one))
    if os.path.isdir(path(name)):
        os.rmdir(path(name))


def mongosh():
    act, source, target = os.environ['ACT'], os.environ['FROM'], os.environ['TO']
    if act in ('drop', 'mark', 'move'):
        gone()
    if act == 'collections':
        [print(one) for one in collections(source)]
    elif act == 'others':
        [print('view', one) for one in collections(source) if one.startswith('view-')]
    elif act == 'size':
        print(sum(os.path.getsize(path(source + '.' + one)) for one in collections(source)))
    elif act == 'drop':
        drop(source)
    elif act == 'mark':
        os.makedirs(path(source), exist_ok=True)
        open(path(source + '.' + target), 'w').close()
    elif act == 'move':
        if os.path.exists(path(target)):
            sys.exit('target namespace exists')
        os.makedirs(os.path.dirname(path(target)), exist_ok=True)
        os.rename(path(source), path(target))
        if not collections(source.split('.')[0]):
            os.rmdir(path(source.split('.')[0]))
    else:
        sys.exit('no act ' + act)


def options():
    return dict(re.match('--([^=]+)=?(.*)', one).groups() for one in sys.argv[1:])


def told():
    beside = os.path.dirname(root)
    open(os.path.join(beside, 'asked'), 'a').write(' '.join(sys.argv) + '\n')
    open(os.path.join(beside, 'config'), 'w').write(open(options()['config']).read())


def mongodump():
    told()
    name, out = options()['db'], sys.stdout.buffer
    end = struct.pack('<i', -1)
    out.write(b'\x6d\xe2\x99\x81' + doc(version='0.1', concurrent_collections=4))
    for one in collections(name):
        out.write(doc(db=name, collection=one, metadata='{}', size=1))
    out.write(end)
    for one in collections(name):
        out.write(doc(db=name, collection=one, EOF=False, CRC=0) + doc(value=open(path(name + '.' + one)).read()) + end)
        out.write(doc(db=name, collection=one, EOF=True, CRC=7) + end)


def mongorestore():
    told()
    data = sys.stdin.buffer.read()
    only, to = options()['nsInclude'][:-1], options()['nsTo'][:-2]
    found = re.findall(rb'db\0....([^\0]+)\0\x02collection\0....([^\0]+)\0\x08EOF\0\x00.*?value\0....([^\0]*)\0', data, re.S)
    for name, one, value in found:
        if name.decode() + '.' == only:
            os.makedirs(path(to), exist_ok=True)
            open(path(to + '.' + one.decode()), 'wb').write(value)


globals()[tool]()
