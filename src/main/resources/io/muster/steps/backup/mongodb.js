// Small acts on databases of a MongoDB, for mongosh: ACT says which, FROM and TO on what. What is said is said on a line each.
const asked = process.env;
// Its console writes all to standard output, which is taken for an answer.
const say = (status, words) => { require('fs').writeSync(2, words + '\n'); process.exit(status); };
try {
  const server = new Mongo(`mongodb://${asked.ADDRESS || '127.0.0.1'}:${asked.PORT || '27017'}/`);
  const admin = server.getDB('admin');
  if (asked.DBUSER) admin.auth({user: asked.DBUSER, pwd: asked.DBPASSWORD});
  const all = name => server.getDB(name).getCollectionInfos({}, {nameOnly: true}).filter(one => !one.name.startsWith('system.'));
  const acts = {
    collections: () => all(asked.FROM).forEach(one => print(one.name)),
    others: () => all(asked.FROM).filter(one => one.type !== 'collection').forEach(one => print(`${one.type} ${one.name}`)),
    size: () => print(String(Number(server.getDB(asked.FROM).stats().dataSize))),
    drop: () => server.getDB(asked.FROM).dropDatabase(),
    mark: () => server.getDB(asked.FROM).getCollection(asked.TO).insertOne({at: 'swap'}),
    move: () => admin.adminCommand({renameCollection: asked.FROM, to: asked.TO}),
  };
  const answer = acts[asked.ACT]();
  if (answer && answer.ok === 0) say(1, `MongoDB refused to ${asked.ACT} ${asked.FROM}: ${answer.errmsg}`);
} catch (e) {
  say(1, `MongoDB at ${asked.ADDRESS || '127.0.0.1'}:${asked.PORT || '27017'} failed at "${asked.ACT}" of ${asked.FROM}: ${e.message}`);
}
