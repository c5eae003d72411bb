/**
 * `npm run gen`: writes docs/generated/, whose pages derive from tables in the code and are never edited by hand.
 *
 * `npm run check` and a test compare: a page that is not what its table says today fails.
 */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { errorsPage } from './errors-page.ts';
import { layersPage } from './layers-page.ts';
import { isCommand, ROOT } from './tree.ts';

export interface GeneratedPage {
  /** Below docs/generated/. */
  readonly name: string;
  /** Where the table stands, from the root. */
  readonly source: string;
  readonly write: () => string | Promise<string>;
}

/** Every generated page. Add a row here, run `npm run gen`, commit both. */
export const GENERATED_PAGES: readonly GeneratedPage[] = [
  { name: 'errors.md', source: 'packages/protocol/src/error-codes-table.ts', write: errorsPage },
  { name: 'layers.md', source: 'tools/layers.ts', write: layersPage },
];

/** The whole text of a page, with the line that says where it comes from. */
export async function pageText(page: GeneratedPage): Promise<string> {
  return `<!-- Generated from ${page.source} by "npm run gen"; do not edit. -->\n\n${(await page.write()).trimEnd()}\n`;
}

/** What is not fresh, in words: pages that differ or are missing, and files that no row makes. */
export async function stalePages(pages = GENERATED_PAGES, folder = `${ROOT}/docs/generated`): Promise<string[]> {
  const stale: string[] = [];
  for (const page of pages) {
    const wanted = await pageText(page);
    if (readText(`${folder}/${page.name}`) !== wanted) {
      stale.push(
        `docs/generated/${page.name} is not what ${page.source} says: run "npm run gen" and commit the result`,
      );
    }
  }
  for (const name of readdirSync(folder)) {
    if (!pages.some((page) => page.name === name)) {
      stale.push(`docs/generated/${name} is made by no row of tools/gen.ts: add the row or remove the file`);
    }
  }
  return stale;
}

function readText(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}

if (isCommand(import.meta.url)) {
  const folder = `${ROOT}/docs/generated`;
  mkdirSync(folder, { recursive: true });
  for (const page of GENERATED_PAGES) {
    const wanted = await pageText(page);
    const isFresh = readText(`${folder}/${page.name}`) === wanted;
    if (!isFresh) writeFileSync(`${folder}/${page.name}`, wanted);
    console.log(`${isFresh ? 'fresh  ' : 'written'} docs/generated/${page.name}`);
  }
}
