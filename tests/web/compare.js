// SPDX-License-Identifier: MIT
// compare.js MODEL.js ROWS.csv PREDICTED.csv: compares predictions of exported JavaScript, for cells as a form or a server has
// them, with those of `mlp predict --probabilities`.
const fs = require("fs"), path = require("path");
const [net, rows, wanted] = [require(path.resolve(process.argv[2])), process.argv[3], process.argv[4]];

function cellsOf(line) {
    const cells = [];
    for (const found of ("," + line).matchAll(/,(?:"((?:[^"]|"")*)"|([^,]*))/g))
        cells.push(found[1] !== undefined ? found[1].replace(/""/g, '"') : found[2]);
    return cells;
}

const table = file => fs.readFileSync(file, "utf8").trimEnd().split("\n").map(cellsOf);
const [head, ...lines] = table(rows), [, ...answers] = table(wanted);
let bad = 0, largest = 0;

// Relative to the largest number of the column, since networks answer in float, in scaled targets.
function compare(r, k, got) {
    const want = answers[r][k], most = Math.max(...answers.map(row => Math.abs(row[k])));
    const off = want === "" || want === "nan" ? (Number.isNaN(got) ? 0 : Infinity) : Math.abs(got - want) / (1 + most);
    largest = Math.max(largest, off);
    if (off <= 1e-6) return;
    bad++;
    console.log(`row ${r + 1}: ${got} is not ${want}`);
}

lines.forEach((line, r) => {
    const row = Object.fromEntries(head.map((name, k) => [name, line[k] === "" ? null : line[k]]));
    const found = net.predict(row), want = answers[r];
    if (net.labels && found.label !== want[0]) {
        bad++;
        console.log(`row ${r + 1}: "${found.label}" is not "${want[0]}"`);
    }
    if (net.labels) net.labels.forEach((_, k) => compare(r, 1 + k, found.probabilities[k]));
    else if (found.quantiles) found.quantiles.flat().forEach((v, k) => compare(r, k, v));
    else found.values.forEach((v, k) => compare(r, k, v));
});
console.log(`${lines.length} rows: within ${largest.toPrecision(2)}`);
process.exit(bad > 0 || lines.length !== answers.length ? 1 : 0);
