/** `npm start`: the main job. Says what there is until the broker lands. */
import { readFileSync, readdirSync } from 'node:fs';

const packages = new URL('../packages/', import.meta.url);
console.log('There is nothing to start yet: the broker comes with a later release. What exists so far:');
for (const name of readdirSync(packages).toSorted()) {
  const manifest = JSON.parse(readFileSync(new URL(`${name}/package.json`, packages), 'utf8')) as {
    name: string;
    description: string;
  };
  console.log(`  ${manifest.name.padEnd(20)} ${manifest.description}`);
}
console.log('Try "npm test", or read README.md.');
