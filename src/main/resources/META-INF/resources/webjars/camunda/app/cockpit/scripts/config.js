// Cockpit's configuration: the shipped one, which sets nothing, and Muster's pages.
export default {
  customScripts: ['scripts/muster.js'],
};
