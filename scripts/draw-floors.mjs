// Draws the floors of broker-core, from the same table that checks them: docs/floors.svg.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { floors } from '../.dependency-cruiser.mjs';

const about = {
  runtime: 'clock, disk, chance',
  protocol: 'words and bytes',
  remoting: 'sockets',
  store: 'the log and its indexes',
  namesrv: 'routes',
  client: 'producers, consumers',
  topics: 'TopicConfig',
  consumers: 'groups, offsets, locks',
  schedule: 'delay levels',
  delivery: 'send, pull, retry',
  cluster: 'registration',
  admin: 'operator requests',
  config: 'broker.conf',
};
const rooms = Object.keys(floors).filter((name) => name in about);

/** How many floors stand below a room. */
const depth = (name) => (floors[name].length === 0 ? 0 : 1 + Math.max(...floors[name].map(depth)));
/** What a room stands on directly: its imports less those it reaches through another. */
const directly = (name) =>
  floors[name].filter(
    (below) => below in about && !floors[name].some((other) => other !== below && floors[other].includes(below)),
  );

const levels = [];
for (const name of rooms) (levels[depth(name)] ??= []).push(name);
const [width, roomWidth, roomHeight, gapY] = [980, 148, 54, 46];
const place = new Map();
levels.forEach((names, level) => {
  const gap = (width - names.length * roomWidth) / (names.length + 1);
  names.forEach((name, n) => {
    place.set(name, { x: gap + n * (roomWidth + gap), y: 24 + (levels.length - 1 - level) * (roomHeight + gapY) });
  });
});
const height = 48 + levels.length * (roomHeight + gapY) - gapY;
const lines = rooms.flatMap((name) =>
  directly(name).map((below) => {
    const [from, to] = [place.get(name), place.get(below)];
    const [x1, y1, x2, y2] = [from.x + roomWidth / 2, from.y + roomHeight, to.x + roomWidth / 2, to.y];
    const middle = (y1 + y2) / 2;
    return `<path d="M${x1} ${y1} C${x1} ${middle} ${x2} ${middle} ${x2} ${y2}" class="import"/>`;
  }),
);
const boxes = rooms.map((name) => {
  const { x, y } = place.get(name);
  return `<g transform="translate(${x} ${y})"><rect width="${roomWidth}" height="${roomHeight}" rx="8"/><text x="${roomWidth / 2}" y="23" class="name">${name}/</text><text x="${roomWidth / 2}" y="41" class="about">${about[name]}</text></g>`;
});
const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${Math.round(height)}" font-family="ui-sans-serif, system-ui, sans-serif" role="img" aria-label="The floors of broker-core: imports point down">
<style>rect{fill:#f6f8fa;stroke:#57606a}.name{font-weight:600;font-size:15px;text-anchor:middle;fill:#1f2328}.about{font-size:11px;text-anchor:middle;fill:#57606a}.import{fill:none;stroke:#8c959f;stroke-width:1.2}</style>
<rect width="${width}" height="${Math.round(height)}" style="fill:#fff;stroke:none"/>
${lines.join('\n')}
${boxes.join('\n')}
</svg>
`;
writeFileSync(join(import.meta.dirname, '..', 'docs', 'floors.svg'), svg);
console.log('docs/floors.svg drawn');
