// Reads scripts as a browser of 2017 would. Takes {name: source} and gives {name: why not}.

import { readFileSync } from 'node:fs';
import { parse } from 'acorn';

/** What ES2017 has and the browser of OpenID's conformance suite (HtmlUnit) stops at. */
const UNKNOWN = {
  SpreadElement: () => 'spread',
  ClassDeclaration: () => 'class',
  ClassExpression: () => 'class',
  FunctionDeclaration: (node) => node.async && 'async function',
  FunctionExpression: (node) => node.async && 'async function',
  ArrowFunctionExpression: (node) => node.async && 'async function',
};

function* nodes(value) {
  if (value === null || typeof value !== 'object') return;
  if (typeof value.type === 'string') yield value;
  for (const part of Object.values(value)) yield* nodes(part);
}

const complaint = (source) => {
  try {
    const tree = parse(source, { ecmaVersion: 2017, sourceType: 'script', locations: true });
    for (const node of nodes(tree)) {
      const what = UNKNOWN[node.type]?.(node);
      if (what) return `${what} in line ${node.loc.start.line}`;
    }
    return null;
  } catch (error) {
    return error.message;
  }
};

const scripts = JSON.parse(readFileSync(0, 'utf-8'));
const complaints = Object.entries(scripts).map(([name, source]) => [name, complaint(source)]);
process.stdout.write(JSON.stringify(Object.fromEntries(complaints)));
