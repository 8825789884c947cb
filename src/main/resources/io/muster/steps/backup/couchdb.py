# Reads and writes databases of a CouchDB over HTTP, a page at a time. Integers of any size stay what they are.
import base64, json, os, sys, urllib.error, urllib.parse, urllib.request

PAGE = 100
BATCH = 8 << 20
MARK = '_local/muster-swapping'
WHERE = '%s:%s' % (os.environ.get('ADDRESS') or '127.0.0.1', os.environ.get('PORT') or '5984')
HEADERS = {'Accept': 'application/json', 'Content-Type': 'application/json'}
if os.environ.get('DBUSER'):
    login = '%s:%s' % (os.environ['DBUSER'], os.environ.get('DBPASSWORD', ''))
    HEADERS['Authorization'] = 'Basic ' + base64.b64encode(login.encode()).decode()
OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def fail(status, words):
    sys.stderr.write(words + '\n')
    sys.exit(status)


def call(method, path, body=None, **query):
    """The answer, or None where there is no such thing."""
    asked = '/' + path + ('?' + urllib.parse.urlencode(query) if query else '')
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request('http://' + WHERE + asked, data, HEADERS, method=method)
    try:
        with OPENER.open(request, timeout=300) as answer:
            return json.loads(answer.read().decode())
    except urllib.error.HTTPError as e:
        if e.code == 404:
            return None
        fail(1, 'CouchDB at %s answered %s to %s /%s: %s' % (WHERE, e.code, method, path, e.read(300).decode('utf-8', 'replace').strip()))
    except (OSError, ValueError) as e:
        fail(1, 'CouchDB does not answer at %s as one does (%s /%s): %s' % (WHERE, method, path, e))


def write(method, database, path, body=None):
    answer = call(method, name(database) + path, body)
    if answer is None:
        fail(1, 'database %s went away while it was written' % database)
    return answer


def name(database):
    return urllib.parse.quote(database, safe='')


def need(database):
    return call('GET', name(database)) or fail(44, 'there is no database %s' % database)


def rows(database):
    """A page begins with the last document of the one before, which may be gone by then."""
    query, last = {}, None
    while True:
        page = call('GET', name(database) + '/_all_docs', include_docs='true', conflicts='true', limit=PAGE + 1, **query)
        if page is None:
            fail(44, 'database %s went away while it was read' % database)
        for row in page['rows']:
            if row.get('doc') and row['id'] != last:
                yield row['doc']
        # More than was asked for: a server that knows no pages has sent all at once.
        if len(page['rows']) != PAGE + 1:
            return
        if page['rows'][-1]['id'] == last:
            fail(1, 'CouchDB at %s sends the same page of %s again' % (WHERE, database))
        last = page['rows'][-1]['id']
        query = {'startkey': json.dumps(last)}


def document(database, doc, **query):
    """With its attachments, or None when it is gone."""
    # What belongs to a design or local document keeps its slash.
    path = '/'.join(name(part) for part in doc['_id'].split('/', 1)) if doc['_id'].startswith('_') else name(doc['_id'])
    return call('GET', name(database) + '/' + path, attachments='true', **query)


def documents(database):
    """Every document, and every revision that is in conflict with it. Attachments come one document at a time."""
    for doc in rows(database):
        conflicts = doc.pop('_conflicts', [])
        if doc.get('_attachments'):
            doc = document(database, doc, rev=doc['_rev']) or {}
        if doc:
            yield doc
        for revision in conflicts:
            other = document(database, {'_id': doc['_id']}, rev=revision, revs='true') if doc else None
            if other is not None:
                yield other


def lines(database):
    need(database)
    yield {'muster': 'couchdb', 'database': database, 'security': call('GET', name(database) + '/_security') or {}}
    count = 0
    for doc in documents(database):
        count += 1
        yield doc
    yield {'muster-end': count}


def whole(values):
    """The first value, then every document; refuses what ends early, or goes on after its end."""
    first = next(values, None)
    if not isinstance(first, dict) or first.get('muster') != 'couchdb':
        fail(1, 'it is no backup of a CouchDB database')
    yield first
    count, ended = 0, False
    for value in values:
        if ended or not isinstance(value, dict):
            fail(1, 'it goes on after its end')
        if 'muster-end' in value:
            ended = True
            if value['muster-end'] != count:
                fail(1, 'it has %d documents, and says that it has %s' % (count, value['muster-end']))
        else:
            count += 1
            yield value
    if not ended:
        fail(1, 'it ends before its end, after %d documents' % count)


def received():
    try:
        for line in sys.stdin.buffer:
            yield json.loads(line.decode())
    except ValueError as e:
        fail(1, 'it cannot be read: %s' % e)


def load(values, database):
    values = whole(values)
    security = next(values).get('security')
    write('PUT', database, '')
    if security:
        write('PUT', database, '/_security', security)
    count, batch, size = 0, [], 0

    def send():
        wrong = [one for one in write('POST', database, '/_bulk_docs', {'new_edits': False, 'docs': batch}) if one.get('error')]
        if wrong:
            fail(1, 'the database refused %d documents, the first: %s' % (len(wrong), json.dumps(wrong[0])))

    for doc in values:
        batch.append(doc)
        count += 1
        size += sum(len(one.get('data', '')) for one in (doc.get('_attachments') or {}).values())
        if len(batch) == PAGE or size > BATCH:
            send()
            batch.clear()
            size = 0
    if batch:
        send()
    return count


def copy(source, target):
    call('DELETE', name(target))
    load(lines(source), target)


def main(act, *names):
    if act == 'exists':
        sys.exit(0 if call('GET', name(names[0])) else 3)
    elif act == 'holds':
        sys.exit(0 if (call('GET', name(names[0])) or {}).get('doc_count') else 3)
    elif act == 'marked':
        sys.exit(0 if call('GET', name(names[0]) + '/' + MARK) else 3)
    elif act == 'mark':
        write('PUT', names[0], '/' + MARK, {'at': 'swap'})
    elif act == 'size':
        about = need(names[0])
        print(about.get('sizes', {}).get('external') or about.get('data_size') or about.get('disk_size') or 4096 * (1 + about.get('doc_count', 0)))
    elif act == 'dump':
        for value in lines(names[0]):
            print(json.dumps(value))
    elif act == 'load':
        call('DELETE', name(names[0]))
        print(load(received(), names[0]))
    elif act == 'copy':
        copy(*names)
    elif act == 'delete':
        call('DELETE', name(names[0]))
    elif act == 'check':
        values = whole(received())
        next(values)
        count = attached = 0
        for doc in values:
            count += 1
            attached += len(doc.get('_attachments') or {})
        if count == 0:
            fail(43, 'it holds no document')
        print('every line read: %d documents, %d attachments' % (count, attached))


main(*sys.argv[1:])
