/* The page of a model (model.js): a form with its columns, the prediction, and how changes of a
 * single column would change the prediction. All texts of the user are inserted as text, never as
 * markup. */
function mlpPage(net, page) {
    "use strict";
    const STEPS = 60, MOST_SHOWN = 15;
    const cells = net.start.slice();

    /* --- building ----------------------------------------------------------------------------- */

    /* The language of a word by its script, as in src/report/html.c; browsers break lines by the
     * language. */
    const languageOf = word => (/[\u3041-\u30ff]/.test(word) ? "ja" : /[\u1100-\u11ff\u3131-\u318e\uac00-\ud7a3]/.test(word) ? "ko"
        : /\p{Script=Han}/u.test(word) ? "zh" : "");

    const make = (tag, properties = {}, ...inside) => {
        const { text = "", ...others } = properties;
        const element = Object.assign(document.createElement(tag), others);
        element.append(...words(text), ...inside);
        return element;
    };

    /* A text for people. Long names may be broken between their words; numbers, dates and names
     * such as T-shirt may not. */
    const words = text => text.split(/( )/).map(word => {
        if (/^(at\u00a0\S*|-?\d\S*|\p{L}-[^-].*)$/u.test(word) && word.length <= 20) return make("span", { className: "whole" }, word);
        const parts = word.length > 20 ? word.split(/(?<=_)|(?<=[a-z])(?=[A-Z])/).flatMap(part => [part, document.createElement("wbr")]).slice(0, -1) : [word];
        return languageOf(word) === "" ? parts : make("span", { lang: languageOf(word) }, ...parts);
    }).flat();

    const shape = (tag, attributes) => {
        const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
        for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
        return element;
    };

    const day = seconds => {
        const text = new Date(seconds * 1000).toISOString();
        return text.slice(0, text.indexOf("T")) + (seconds % 86400 === 0 ? "" : " " + text.slice(-13, -8));
    };
    const time = (seconds, column) => (column.form === "time" ? new Date(seconds * 1000).toISOString().slice(-13, -8) : day(seconds));
    const number = (v, digits = 4) => (Math.abs(v) < 1e15 ? String(Number(v.toPrecision(digits))) : v.toExponential(3));
    const percent = p => (p >= 0.9995 && p < 1 ? "> 99.9" : p > 0 && p < 0.0005 ? "< 0.1" : (100 * p).toFixed(1)) + "\u00a0%";
    /* A number with as many decimals as the range of its column makes useful. */
    const brief = (cell, column) => {
        const span = column.range[1] - column.range[0];
        if (column.kind === "time") return span > 10 * 86400 ? day(cell).slice(0, 10) : time(cell, column);
        const decimals = span > 0 ? 2 - Math.floor(Math.log10(span)) : 3;
        return Math.abs(cell) < 1e15 ? String(Number(cell.toFixed(Math.min(Math.max(decimals, 0), 20)))) : number(cell);
    };
    const shown = (cell, column) => (cell === null ? "no value" : cell === "" ? "another value" : column.kind === "time" ? time(cell, column)
        : column.kind === "number" ? number(cell, 6) : cell);

    /* --- the form ----------------------------------------------------------------------------- */

    const inputs = [];

    const cellOf = (input, column) => {
        if (input.value === "") return null;
        if (column.kind === "number") return Number(input.value);
        if (column.kind === "time")
            return Date.parse({ date: `${input.value}T00:00Z`, time: `1970-01-01T${input.value}Z` }[column.form] || `${input.value}Z`) / 1000;
        return column.kind === "category" ? JSON.parse(input.value) : input.value;
    };

    const textOf = (cell, column) => {
        if (cell === null) return "";
        if (column.kind === "number") return String(cell);
        if (column.kind === "time") {
            const [date, clock] = new Date(cell * 1000).toISOString().split("T"), short = clock.slice(0, cell % 60 === 0 ? 5 : 8);
            return { date, time: short }[column.form] || `${date}T${short}`;
        }
        return column.kind === "category" ? JSON.stringify(cell) : cell;
    };

    const selectOf = column => make("select", {},
        ...[["", "no value"], ...column.categories.map(text => [JSON.stringify(text), text]),
            ["\"\"", "another value"]].map(([value, text]) => make("option", { value }, text)));

    const inputOf = column => {
        if (column.kind === "category") return selectOf(column);
        const type = column.form || column.kind;
        return make("input", { type, step: type === "number" ? "any" : "", placeholder: "no value", autocomplete: "off" });
    };

    const hintOf = column => {
        if (column.middle !== undefined) return `${brief(column.middle, column)} on average`;
        if (column.range) return `usually ${brief(column.range[0], column)} to ${brief(column.range[1], column)}`;
        return column.kind === "category" ? `${column.categories.length} known values` : "any text";
    };

    const fieldOf = (column, i) => {
        const input = inputOf(column), hint = make("small", { id: `hint${i}`, text: hintOf(column) });
        input.id = `column${i}`;
        input.value = textOf(cells[i], column);
        input.setAttribute("aria-describedby", hint.id);
        input.addEventListener("input", () => {
            const bad = input.validity.badInput;
            const cell = bad ? null : cellOf(input, column);
            input.setAttribute("aria-invalid", bad);
            hint.replaceChildren(...words(bad ? `this is not a ${column.form === "date" ? "date" : column.kind}: it counts as no value` : hintOf(column)));
            const [low, high] = column.range || [];
            hint.className = bad || (cell !== null && (cell < low || cell > high)) ? "far" : "";
            cells[i] = cell;
            tell();
        });
        inputs.push(input);
        return make("p", { className: `field ${input.type}` }, make("label", { htmlFor: input.id, text: column.name }), input, hint);
    };

    const apply = (i, cell) => {
        inputs[i].value = textOf(cell, net.columns[i]);
        inputs[i].dispatchEvent(new Event("input"));
        inputs[i].focus();
    };

    /* --- the prediction ----------------------------------------------------------------------- */

    /* A text that stands for an unknown category: not a known category, and not empty, which means
     * no value. */
    const unknown = column => {
        let text = "another value";
        while (column.categories && column.categories.includes(text)) text += " ";
        return text;
    };
    const predict = changed => net.predict(Object.fromEntries(
        net.columns.map((c, i) => [c.name, changed[i] === "" ? unknown(c) : changed[i]])));
    const withCell = (i, cell) => { const changed = cells.slice(); changed[i] = cell; return predict(changed); };

    const answer = make("div", { className: "answer" }), now = make("p", { className: "now" });
    const changes = make("section", { className: "changes" });
    answer.setAttribute("aria-live", "polite");

    const bar = (label, p, best) => make("li", { className: best ? "best" : "" },
        make("span", { className: "name", text: label }), make("span", { className: "share", text: percent(p) }),
        make("span", { className: "bar" }, Object.assign(make("i"), { style: `width:${100 * p}%` })));

    /* At the foot of a narrow page, a long name of the target is cut, so that its value is shown
     * whole. */
    const tellNow = value => now.replaceChildren(make("span", {}, `${net.targets[0]}:`), make("b", {}, value));

    const tellLabel = found => {
        const known = found.label !== null;
        const order = net.labels.map((_, k) => k).sort((a, b) => found.probabilities[b] - found.probabilities[a]);
        tellNow(known ? found.label : "no prediction");
        answer.replaceChildren(make("p", { className: "soft", text: net.targets[0] }),
            make("p", { className: "big", text: known ? found.label : "No prediction" }));
        if (!known) return;
        answer.append(make("ol", { className: "bars" },
            ...order.slice(0, MOST_SHOWN).map(k => bar(net.labels[k], found.probabilities[k], net.labels[k] === found.label))));
        const others = order.slice(MOST_SHOWN);
        if (others.length > 0)
            answer.append(make("p", { className: "soft", text: (others.length > 1 ? `The other ${others.length} labels together: ` : "The other label: ") +
                percent(others.reduce((sum, k) => sum + found.probabilities[k], 0)) }));
        if (found.set)
            answer.append(make("p", { className: "soft", text:
                `Prediction set, which holds the true label for ${number(100 * net.coverage)}\u00a0% of new rows: ${found.set.join(", ")}` }));
    };

    const tellValues = found => {
        answer.replaceChildren();
        net.targets.forEach((target, t) => {
            const value = found.values[t], known = Number.isFinite(value);
            answer.append(make("p", { className: "soft", text: target }),
                make("p", { className: "big", text: known ? number(value) : "No prediction" }));
            if (known && found.intervals)
                answer.append(make("p", { className: "soft", text:
                    `between ${number(found.intervals[t][0])} and ${number(found.intervals[t][1])} for ` +
                    `${number(100 * net.coverage)}\u00a0% of new rows` }));
            if (known && found.quantiles)
                answer.append(make("p", { className: "soft", text: found.quantiles[t]
                    .map((v, q) => `${number(100 * net.quantiles[q])}\u00a0%:\u00a0${number(v)}`).join(" \u00b7 ") }));
        });
        const first = found.values[0];
        tellNow(Number.isFinite(first) ? number(first) : "no prediction");
    };

    /* --- what would change it ----------------------------------------------------------------- */

    /* The values to try in a column: its categories, or even steps over its usual range. */
    const candidates = (column, i) => {
        if (column.kind === "category") return column.categories;
        if (column.kind === "text") return [];
        const [low, high] = column.range, cell = cells[i] === null ? low : cells[i];
        const from = Math.min(low, cell), to = Math.max(high, cell);
        const all = Array.from({ length: STEPS + 1 }, (_, k) => from + ((to - from) * k) / STEPS);
        return from < to ? (column.whole ? [...new Set(all.map(Math.round))] : all) : [];
    };

    /* The predicted label is `label` at `here` and another one at `there`. Returns the value
     * between them that is nearest to `here` and has another label, rounded to few digits. */
    const nearest = (i, here, there, label) => {
        const whole = net.columns[i].whole;
        for (let k = 0; k < 30 && !(whole && Math.abs(there - here) <= 1); k++) {
            const middle = whole ? Math.round(0.5 * (here + there)) : 0.5 * (here + there);
            if (withCell(i, middle).label === label) here = middle;
            else there = middle;
        }
        for (let digits = whole ? 15 : 2; digits < 15; digits++) {
            const unit = 10 ** (Math.floor(Math.log10(Math.abs(there) || 1)) + 1 - digits);
            const rounded = Number(((there > here ? Math.ceil : Math.floor)(there / unit) * unit).toPrecision(digits + 1));
            const step = Math.abs(rounded - there);
            if (step <= 0.02 * Math.abs(there - cells[i]) && withCell(i, rounded).label !== label) return rounded;
        }
        return there;
    };

    /* The smallest change of one column that gives another label; null: there is none. */
    const labelChange = (column, i, label) => {
        const numeric = column.kind !== "category", all = candidates(column, i);
        const others = all.filter(cell => withCell(i, cell).label !== label);
        if (others.length === 0) return null;
        if (!numeric || cells[i] === null) {
            const cell = others[0];
            return { i, cell, found: withCell(i, cell), far: numeric ? 1 : 0.5 };
        }
        const far = cell => Math.abs(cell - cells[i]), ahead = others.reduce((a, b) => (far(b) < far(a) ? b : a));
        const cell = nearest(i, cells[i], ahead, label);
        return { i, cell, found: withCell(i, cell), far: far(cell) / (column.range[1] - column.range[0] || 1) };
    };

    const changeItem = ({ i, cell, found }) => {
        const column = net.columns[i], button = make("button", { type: "button" },
            make("b", { text: column.name }), ...words(` ${shown(cells[i], column)} \u2192 ${shown(cell, column)}: `),
            make("b", { text: found.label === null ? "no prediction" : found.label }));
        button.addEventListener("click", () => apply(i, cell));
        return make("li", {}, button);
    };

    /* The least and largest value of the first target over a column's candidates; null: none. */
    const valueChange = (column, i) => {
        const all = candidates(column, i), values = all.map(cell => withCell(i, cell).values[0]);
        const known = values.filter(Number.isFinite);
        if (known.length === 0) return null;
        const least = Math.min(...known), most = Math.max(...known);
        return { i, all, values, least, most, atLeast: all[values.indexOf(least)], atMost: all[values.indexOf(most)] };
    };

    const curve = (change, bounds) => {
        const svg = shape("svg", { viewBox: "0 0 120 30", width: 120, height: 30, "aria-hidden": "true" });
        const [low, high] = bounds, y = v => 27 - (24 * (v - low)) / (high - low || 1);
        const first = change.all[0], last = change.all[change.all.length - 1];
        const x = cell => 3 + (114 * (cell - first)) / (last - first || 1), value = predict(cells).values[0];
        svg.append(shape("polyline", { points: change.all.map((cell, k) => `${x(cell)},${y(change.values[k])}`).join(" ") }));
        if (cells[change.i] !== null) svg.append(shape("circle", { cx: x(cells[change.i]), cy: y(value), r: 3 }));
        return svg;
    };

    const valueRow = (change, bounds) => {
        const column = net.columns[change.i], ends = [[change.least, change.atLeast], [change.most, change.atMost]];
        return make("tr", {}, make("th", { scope: "row", text: column.name }),
            ...ends.map(([value, cell]) => make("td", {}, make("b", { text: number(value) }), make("br"),
                make("small", { text: `at${cell.length > 10 ? " " : "\u00a0"}${column.kind === "category" ? cell : brief(cell, column)}` }))),
            make("td", { className: "curve" }, ...(column.kind === "category" ? [] : [curve(change, bounds)])));
    };

    const tellLabelChanges = found => {
        const order = found.filter(change => change !== null).sort((a, b) => a.far - b.far);
        changes.replaceChildren(make("h2", { text: "What would change the prediction" }));
        if (order.length === 0)
            changes.append(make("p", { text: "No change of a single column within its usual range would." }));
        else
            changes.append(make("p", { className: "soft", text:
                "The smallest change of each single column that gives another prediction, the nearest first:" }),
                make("ul", {}, ...order.slice(0, MOST_SHOWN).map(changeItem)));
        const rest = found.length - order.length;
        if (order.length > 0 && rest > 0)
            changes.append(make("p", { className: "soft", text:
                rest === 1 ? "The other column alone would not change the prediction." : `None of the other ${rest} columns alone would change the prediction.` }));
    };

    const tellValueChanges = found => {
        const order = found.filter(change => change !== null)
            .sort((a, b) => b.most - b.least - (a.most - a.least)).slice(0, MOST_SHOWN);
        const bounds = [Math.min(...order.map(c => c.least)), Math.max(...order.map(c => c.most))];
        const head = make("tr", {}, ...["column", "lowest", "highest", "over its range"].map(text =>
            make("th", { scope: "col", text })));
        changes.replaceChildren(make("h2", { text: "What would change the prediction" }),
            make("p", { className: "soft", text:
                `How the prediction of ${net.targets[0]} changes as a single column varies over its usual range, the largest change first:` }),
            make("table", {}, make("thead", {}, head), make("tbody", {}, ...order.map(change => valueRow(change, bounds)))));
    };

    /* Works column by column in short turns, so that the page always responds; input restarts the
     * work. */
    let turn = 0;
    const tellChanges = label => {
        const mine = ++turn, found = [];
        const next = () => {
            const end = performance.now() + 12;
            while (mine === turn && found.length < net.columns.length && performance.now() < end) {
                const i = found.length;
                found.push(net.labels ? labelChange(net.columns[i], i, label) : valueChange(net.columns[i], i));
            }
            if (mine !== turn) return;
            if (found.length < net.columns.length) setTimeout(next);
            else (net.labels ? tellLabelChanges : tellValueChanges)(found);
        };
        next();
    };

    const tell = () => {
        const found = predict(cells);
        if (net.labels) tellLabel(found);
        else tellValues(found);
        tellChanges(found.label);
    };

    /* --- the page ----------------------------------------------------------------------------- */

    const title = `Predict ${net.targets.join(", ")}`;
    const right = net.selfTest();
    document.title = title;
    page.append(make("header", {}, make("h1", { text: title }),
            make("p", { className: "soft", text:
                `The model (trained on ${net.data || "data"}) is in this page; nothing you enter leaves it.` }),
            ...(right ? [] : [make("p", { className: "far", text:
                "This copy of the model is damaged: its predictions are not those of the model." })])),
        make("div", { className: "two" },
            make("form", {}, make("div", { className: "fields" }, ...net.columns.map(fieldOf))),
            make("aside", {}, answer, changes)),
        now,
        make("footer", { className: "soft" }, `Generated by mlp ${net.version}. ` +
            "Predictions beyond the usual ranges are guesses."));
    page.querySelector("form").addEventListener("submit", event => event.preventDefault());
    tell();
    page.dataset.right = right;
}
