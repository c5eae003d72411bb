// The first code of every npm script: `node tools/bootstrap.cjs start|test|check|...`.
//
// It must load on any Node, however old, to be able to say that it is too old: so this file is ES5, and everything newer
// stands in install.cjs and launch.cjs, which are loaded only after the check.
'use strict';

/** What is wrong with this machine's Node or npm, in one line, or null. `npm` is null when npm did not start us. */
function complaint(node, npm) {
  if (major(node) < 18) {
    return (
      'Ottla needs Node 18 or newer to set itself up, and this is Node ' +
      node +
      ': install a current one from https://nodejs.org (or with your version manager, e.g. "nvm install --lts"), then try again.'
    );
  }
  if (npm !== null && major(npm) < 8) {
    return (
      'Ottla needs npm 8 or newer to read its lock file, and this is npm ' +
      npm +
      ': run "npm install -g npm@latest", then try again.'
    );
  }
  return null;
}

/** npm's version out of what it calls itself, "npm/11.1.0 node/v20.0.0 linux x64"; null when something else started us. */
function npmVersion(userAgent) {
  var match = /^npm\/(\S+)/.exec(userAgent || '');
  return match ? match[1] : null;
}

function major(version) {
  return parseInt(version, 10);
}

function main() {
  var wrong = complaint(process.versions.node, npmVersion(process.env.npm_config_user_agent));
  if (wrong !== null) {
    console.error(wrong);
    process.exit(1);
  }
  require('./launch.cjs').launch(process.argv[2], process.argv.slice(3));
}

if (require.main === module) main();

module.exports = { complaint: complaint, npmVersion: npmVersion };
