#!/usr/bin/env python3
# Stands in for mongodump and mongorestore: a database is a directory, a collection a file with one document.
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
