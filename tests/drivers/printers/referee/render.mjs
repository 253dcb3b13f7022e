// Draws every label of one ZPL file with zpl-renderer-js:
//   node render.mjs labels.zpl WIDTH_MM HEIGHT_MM DOTS_PER_MM OUTPUT_PREFIX
// writes OUTPUT_PREFIX0.png, OUTPUT_PREFIX1.png, … and prints how many.
import { readFileSync, writeFileSync } from "node:fs";
import { ready } from "zpl-renderer-js";

const [zplFile, widthMm, heightMm, dotsPerMm, prefix] = process.argv.slice(2);
const { api } = await ready;
const pictures = await api.zplToBase64MultipleAsync(
  readFileSync(zplFile, "utf8"),
  Number(widthMm),
  Number(heightMm),
  Number(dotsPerMm),
);
pictures.forEach((picture, index) => writeFileSync(`${prefix}${index}.png`, Buffer.from(picture, "base64")));
console.log(pictures.length);
process.exit(0); // the renderer's WebAssembly keeps the event loop alive
