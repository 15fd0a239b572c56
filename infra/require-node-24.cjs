// Loaded before everything else, by whatever Node the machine has: nothing newer than ES5 may stand here.
'use strict';

if (Number(process.versions.node.split('.')[0]) < 24) {
  process.stderr.write(
    'This needs Node.js 24, and runs on ' +
      process.versions.node +
      ': `npm ci` brings Node.js 24 along as the devDependency "node"; if npm was kept from running its install' +
      ' script, run `npm rebuild node --ignore-scripts=false`, or use a Node.js 24 of your own.\n',
  );
  process.exit(1);
}
