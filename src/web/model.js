/* The predictions of a model in JavaScript, by the formulas of the library: columns become inputs
 * of networks, whose outputs become predictions. `model` is plain data. For browsers and Node. */
function mlpModel(model) {
    "use strict";
    const { columns, targets, labels, networks, test } = model;

    /* --- transforms: a value, or the number of a category, to network inputs ------------------ */

    const ratio = (r, above, below) => {
        const sum = terms => terms.reduceRight((rest, term) => rest * r + term, 0);
        return sum(above) / (r * sum(below) + 1);
    };

    /* The standard normal quantile of p (M. J. Wichura 1988), for 1e-7 <= p <= 1 - 1e-7. */
    const normalQuantile = p => {
        const [centreAbove, centreBelow, tailAbove, tailBelow] = model.normalQuantile;
        const q = p - 0.5;
        if (Math.abs(q) <= 0.425) return q * ratio(0.180625 - q * q, centreAbove, centreBelow);
        return Math.sign(q) * ratio(Math.sqrt(-Math.log(q < 0 ? p : 1 - p)) - 1.6, tailAbove, tailBelow);
    };

    /* The standard normal distribution function: a series near 0, a continued fraction beyond
     * (Abramowitz, Stegun 1964, 26.2.11 and 26.2.14). */
    const normalShare = x => {
        const density = Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI);
        if (Math.abs(x) < 3) {
            let sum = x;
            for (let n = 1, term = x; n < 100; n++) sum += term *= (x * x) / (2 * n + 1);
            return 0.5 + density * sum;
        }
        let rest = 0;
        for (let n = 100; n > 0; n--) rest = n / (Math.abs(x) + rest);
        const tail = density / (Math.abs(x) + rest);
        return x < 0 ? tail : 1 - tail;
    };

    const countBelow = (list, v, equal) => {
        let low = 0, high = list.length;
        while (low < high) {
            const middle = (low + high) >> 1;
            if (list[middle] < v || (equal && list[middle] === v)) low = middle + 1;
            else high = middle;
        }
        return low;
    };

    const shareOf = (v, list) => {
        const last = list.length - 1, less = countBelow(list, v, false), notMore = countBelow(list, v, true);
        if (v <= list[0]) return v < list[0] || list[0] < list[last] ? 0 : 0.5;
        if (less > last || notMore > last) return 1;
        if (less < notMore) return (less + (notMore - 1)) / 2 / last;
        return (less - 1 + (v - list[less - 1]) / (list[less] - list[less - 1])) / last;
    };

    const valueOfShare = (share, list) => {
        const place = share * (list.length - 1), below = Math.floor(place);
        if (!(place >= 0)) return NaN;
        if (below + 1 >= list.length) return list[list.length - 1];
        return list[below] + (list[below + 1] - list[below]) * (place - below);
    };

    const power = (t, a) => (a === 0 ? t : Math.expm1(a * t) / a);
    const root = (p, a) => (a === 0 ? p : Math.log1p(a * p) / a);
    const signed = (v, size) => (v < 0 ? -size : size);
    const isLevel = (v, c) => v >= 0 && v < c.levels.length;

    const partsOfDate = seconds => {
        const day = Math.floor(seconds / 86400), date = new Date(day * 86400000);
        const known = Math.abs(day) < 4e6;
        return [known ? date.getUTCFullYear() : 0, known ? date.getUTCMonth() + 1 : 0,
                known ? ((date.getUTCDay() + 6) % 7) + 1 : 0, (seconds - day * 86400) / 3600];
    };

    /* n: the numbers that a transform has learnt; c: column or target, with its list and levels. */
    const encoders = {
        "standard": (v, [mean, scale]) => [(v - mean) / scale],
        "min-max": (v, [lowest, highest]) => [(v - lowest) / (highest > lowest ? highest - lowest : 1)],
        "robust": (v, [median, scale, bound]) => {
            const u = (v - median) / scale;
            return [bound > 0 ? u / Math.sqrt(1 + (u / bound) * (u / bound)) : u];
        },
        "log": (v, [unit, mean, scale]) => [(signed(v, Math.log1p(Math.abs(v) / unit)) - mean) / scale],
        "yeo-johnson": (v, [lambda, mean, scale]) => {
            const u = v >= 0 ? power(Math.log1p(v), lambda) : -power(Math.log1p(-v), 2 - lambda);
            return [(u - mean) / scale];
        },
        "quantile-normal": (v, n, c) => [normalQuantile(Math.min(Math.max(shareOf(v, c.list), 1e-7), 1 - 1e-7))],
        "piecewise-linear": (v, n, c) => c.list.slice(1).map((edge, t) => {
            let part = (v - c.list[t]) / (edge - c.list[t]);
            part = t > 0 && part < 0 ? 0 : part;
            return t + 2 < c.list.length && part > 1 ? 1 : part;
        }),
        "periodic": (v, [waves], c) => Array.from({ length: 2 * waves }, (_, k) =>
            (k % 2 === 0 ? Math.sin : Math.cos)(Math.PI * 2 ** (k >> 1) * shareOf(v, c.list))),
        "combined": (v, [mean, scale, edges, waves], c) => encoders["standard"](v, [mean, scale])
            .concat(encoders["piecewise-linear"](v, [], { list: c.list.slice(0, edges) }))
            .concat(encoders["periodic"](v, [waves], { list: c.list.slice(edges) })),
        "date": (v, [mean, scale], c) => [(v - mean) / scale].concat(partsOfDate(v)
            .map((part, p) => (part - c.list[2 * p]) / c.list[2 * p + 1])
            .filter((_, p) => c.list[2 * p + 1] > 0)),
        "one-hot": (v, n, c) => c.levels.map((_, k) => (k === v ? 1 : 0)),
        "pooled": (v, n, c) => c.levels.map((_, k) => (k === v ? 1 : 0)).concat(isLevel(v, c) || v !== v ? 0 : 1),
        "ordinal": (v, [mean, scale], c) => [isLevel(v, c) ? (c.list[v] - mean) / scale : 0],
        "target": (v, [, each], c) => Array.from({ length: each }, (_, k) => (isLevel(v, c) ? c.list[v * each + k] : 0)),
        "hashing": (v, [buckets]) => Array.from({ length: buckets },
            (_, k) => (v >= 0 && v >> 1 === k ? (v % 2 === 0 ? 1 : -1) : 0)),
    };

    const decoders = {
        "standard": (x, [mean, scale]) => x * scale + mean,
        "min-max": (x, [lowest, highest]) => x * (highest > lowest ? highest - lowest : 1) + lowest,
        "robust": (x, [median, scale, bound]) =>
            (bound > 0 ? x / Math.sqrt(1 - (x / bound) * (x / bound)) : x) * scale + median,
        "log": (x, [unit, mean, scale]) => {
            const u = x * scale + mean;
            return signed(u, unit * Math.expm1(Math.abs(u)));
        },
        "yeo-johnson": (x, [lambda, mean, scale]) => {
            const u = x * scale + mean;
            return u >= 0 ? Math.expm1(root(u, lambda)) : -Math.expm1(root(-u, 2 - lambda));
        },
        "quantile-normal": (x, n, t) => valueOfShare(normalShare(x), t.list),
    };

    /* --- networks ----------------------------------------------------------------------------- */

    const logistic = h => (h >= 0 ? 1 / (1 + Math.exp(-h)) : Math.exp(h) / (1 + Math.exp(h)));
    const activations = {
        "linear": h => h,
        "step": h => (h > 0 ? 1 : 0),
        "sign": h => (h > 0 ? 1 : -1),
        "softsign": h => h / (1 + Math.abs(h)),
        "logistic": logistic,
        "tanh": Math.tanh,
        "relu": h => (h > 0 ? h : 0),
        "softplus": h => (h > 0 ? h : 0) + Math.log1p(Math.exp(-Math.abs(h))),
        "gaussian": h => Math.exp(-h * h),
        "leaky-relu": h => (h > 0 ? h : 0.01 * h),
        "elu": h => (h > 0 ? h : Math.expm1(h)),
        "selu": h => 1.0507009873554805 * (h > 0 ? h : 1.6732632423543772 * Math.expm1(h)),
        "gelu": h => h * logistic(1.5957691216057308 * (h + 0.044715 * h * h * h)),
        "silu": h => h * logistic(h),
        "mish": h => h * Math.tanh(h > 30 ? h : Math.log1p(Math.exp(h))),
        "hard-logistic": h => Math.min(Math.max((h + 3) / 6, 0), 1),
        "hard-tanh": h => Math.min(Math.max(h, -1), 1),
        "exponential": h => Math.exp(Math.min(h, 80)),
    };

    const softmax = h => {
        const most = Math.max(...h), e = h.map(v => Math.exp(v - most));
        const sum = e.reduce((all, v) => all + v, 0);
        return e.map(v => v / sum);
    };

    /* Parameters are little-endian floats in base64: per layer, weights by rows, then biases. */
    for (const network of networks) {
        const bytes = Uint8Array.from(atob(network.parameters), c => c.charCodeAt(0));
        const view = new DataView(bytes.buffer);
        network.w = Float32Array.from({ length: bytes.length / 4 }, (_, i) => view.getFloat32(4 * i, true));
    }

    /* The inputs that a network reads: `reads` has start and length of each run; undefined: all. */
    const pick = (reads, x) => {
        if (reads === undefined) return x;
        const own = [];
        for (let i = 0; i < reads.length; i += 2)
            for (let j = 0; j < reads[i + 1]; j++) own.push(x[reads[i] + j]);
        return own;
    };

    const run = (network, all) => {
        let at = 0, x = pick(network.reads, all);
        for (const layer of network.layers) {
            const inputs = x.length, biases = at + layer.units * inputs, w = network.w;
            let y = new Float64Array(layer.units);
            for (let i = 0; i < layer.units; i++) {
                let sum = w[biases + i];
                for (let j = 0; j < inputs; j++) sum += w[at++] * x[j];
                y[i] = Math.fround(sum);
            }
            at += layer.units;
            x = layer.activation === "softmax" ? softmax(y) : y.map(activations[layer.activation]);
        }
        return x;
    };

    /* Divides the logits of probabilities by the temperature; a probability of 1 may have been
     * rounded up. */
    const temper = (y, temperature) => {
        const logarithm = (p, least) => Math.log(Math.max(p, least));
        if (y.length === 1) {
            const logit = logarithm(1 - y[0], 2 ** -25) - logarithm(y[0], 2 ** -126);
            return y.map(() => 1 / (1 + Math.exp(logit / temperature)));
        }
        return softmax(y.map(p => logarithm(p, 2 ** -126) / temperature));
    };

    const areFinite = numbers => numbers.every(v => Math.abs(v) <= 3.4028234663852886e38);

    /* The weighted mean of the networks' outputs, with the temperature. */
    const forward = x => {
        let sum = null;
        for (const network of networks) {
            const y = run(network, x).map(v => v * network.weight);
            sum = sum === null ? y : sum.map((v, k) => v + y[k]);
        }
        sum = sum.map(Math.fround);
        return model.temperature > 0 && areFinite(sum) ? temper(sum, model.temperature).map(Math.fround) : sum;
    };

    /* The inputs of the networks, from one number for each column; NaN: no value. */
    const encode = values => {
        const x = new Float64Array(model.inputs);
        columns.forEach((c, i) => {
            let v = values[i], at = c.first;
            const missing = v !== v;
            if (c.fill !== undefined && missing) v = c.fill;
            for (const input of encoders[c.transform](v, c.numbers, c)) x[at++] = Math.fround(input);
            if (c.indicator) x[at] = missing ? 1 : 0;
        });
        return x;
    };

    /* --- predictions -------------------------------------------------------------------------- */

    const between = y => Math.min(Math.max(model.signed ? 0.5 * (1 + y) : y, 0), 1);

    const decodeLabels = (y, known) => {
        let probabilities, best = 0;
        if (!known) return { label: null, probabilities: labels.map(() => NaN), ...(model.coverage ? { set: [] } : {}) };
        if (y.length === 1) {
            probabilities = [1 - between(y[0]), between(y[0])];
            best = y[0] > (model.signed ? 0 : 0.5) ? 1 : 0;
        } else {
            const p = Array.from(y, between), sum = p.reduce((all, v) => all + v, 0);
            probabilities = p.map(v => (sum === 0 ? 1 / labels.length : v / sum));
            y.forEach((v, k) => { if (v > y[best]) best = k; });
        }
        if (model.threshold !== undefined) best = probabilities[1] >= model.threshold ? 1 : 0;
        const answer = { label: labels[best], probabilities };
        if (model.coverage)
            answer.set = labels.filter((_, k) => k === best || 1 - probabilities[k] <= model.scores[0]);
        return answer;
    };

    const interval = (target, t, values) => {
        const place = v => Math.fround(encoders[target.transform](v, target.numbers, target)[0]);
        let lower = place(values[0]) - model.scores[t], upper = place(values[values.length - 1]) + model.scores[t];
        if (lower > upper) lower = upper = 0.5 * (lower + upper);
        return [lower, upper].map(x => decoders[target.transform](x, target.numbers, target))
            .map(v => (model.counts ? Math.max(0, v) : v));
    };

    const decodeValues = (y, answered) => {
        const each = Math.max(model.levels.length, 1), answer = { values: [] };
        if (model.levels.length > 0) answer.quantiles = [];
        if (model.coverage) answer.intervals = [];
        targets.forEach((target, t) => {
            let values = Array.from(y).slice(t * each, (t + 1) * each)
                .map(v => decoders[target.transform](v, target.numbers, target)).sort((a, b) => a - b);
            const known = answered && areFinite(values);
            if (!known) values = values.map(() => NaN);
            answer.values.push(values[model.middle]);
            if (answer.quantiles) answer.quantiles.push(values);
            if (answer.intervals) answer.intervals.push(known ? interval(target, t, values) : [NaN, NaN]);
        });
        return answer;
    };

    const answer = values => {
        const x = encode(values), y = forward(x), known = areFinite(x) && areFinite(y);
        return labels ? decodeLabels(y, known) : decodeValues(y, known);
    };

    /* --- rows --------------------------------------------------------------------------------- */

    const places = columns.map(c => c.levels && new Map(c.levels.map((text, k) => [text, k])));

    /* FNV-1a of a text chooses one of `buckets` inputs, and its sign. */
    const hash = (text, buckets) => {
        let h = 0xcbf29ce484222325n;
        for (const byte of new TextEncoder().encode(text)) h = ((h ^ BigInt(byte)) * 0x100000001b3n) & 0xffffffffffffffffn;
        return 2 * Number(h % BigInt(buckets)) + Number(h >> 63n);
    };

    /* The styles of dates, in the order of the library. `day`: how a day is written; `parts`: which
     * groups of that are year, month and day. */
    const months = "january february march april may june july august september october november december".split(" ");
    const styles = [
        null,
        { day: /^(\d{4})([-/.])(\d\d?)\2(\d\d?)/, parts: [1, 3, 4], example: "2024-12-24" },
        { day: /^(?:([a-z]+)[-, .]*(\d\d|\d(?!\d))|(\d\d|\d(?!\d))[-, .]*([a-z]+))[-, .]*(\d{4})/i, example: "24 Dec 2024" },
        { day: /^(\d\d?)([./-])(\d\d?)\2(\d{4})/, parts: [4, 3, 1], example: "24.12.2024" },
        { day: /^(\d\d?)([/-])(\d\d?)\2(\d{4})/, parts: [4, 1, 3], example: "12/24/2024" },
        { example: "18:30" },
        { day: /^(\d\d?)([./])(\d\d?)\2(\d\d)(?!\d)/, parts: [4, 3, 1], short: true, example: "24.12.24" },
        { day: /^(\d\d?)(\/)(\d\d?)\2(\d\d)(?!\d)/, parts: [4, 1, 3], short: true, example: "12/24/24" },
    ];

    const secondsOfDay = (found, style) => {
        const name = (found[1] || found[4] || "").toLowerCase();
        const [written, month, day] = style.parts ? style.parts.map(k => +found[k])
            : [+found[5], months.findIndex(m => m === name || m.slice(0, 3) === name) + 1, +(found[2] || found[3])];
        const year = style.short ? written + (written < 69 ? 2000 : 1900) : written; /* as in POSIX */
        const date = new Date(0);
        date.setUTCFullYear(year, month - 1, day);
        const known = year > 0 && month > 0 && date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
        return known ? date.getTime() / 1000 : NaN;
    };

    /* Reads 18:30, 18:30:05.5 or 6:30 PM; a time zone may follow, and is converted to universal
     * time. */
    const secondsOfClock = text => {
        const found = /^(\d\d?):(\d\d)(?::(\d\d)(?:[.,](\d*))?)?(?: *(am|pm))?(?: ?(?:z|([+-])(\d\d)(?::?(\d\d))?))?$/i.exec(text);
        if (!found) return NaN;
        const [, hour, minute, second, fraction, half, sign, hours, minutes] = found;
        const [h, m, s] = [half ? (+hour % 12) + (/pm/i.test(half) ? 12 : 0) : +hour, +minute, +(second || 0)];
        const offset = (sign === "-" ? -1 : 1) * (+(hours || 0) * 3600 + +(minutes || 0) * 60);
        const known = h < 24 && m < 60 && s <= 60 && (!half || (+hour >= 1 && +hour <= 12)) && +(hours || 0) <= 14 && +(minutes || 0) < 60;
        return known ? h * 3600 + m * 60 + s + Number(`0.${fraction || 0}`) - offset : NaN;
    };

    /* The type of the input element for a column of times. */
    const formOf = c => (c.kind !== "time" ? undefined : !styles[c.numbers[2]].day ? "time" : c.list[7] > 0 ? "datetime-local" : "date");

    /* Reads a text in the style of the column, or with the year first, which is never ambiguous. */
    const secondsOfText = (text, style) => {
        if (!style.day) return secondsOfClock(text);
        const form = [style, styles[1]].find(f => f.day.test(text));
        if (!form) return NaN;
        const found = form.day.exec(text), rest = text.slice(found[0].length);
        const clock = rest === "" ? 0 : /^[T ]/.test(rest) ? secondsOfClock(rest.slice(1).replace(/^ +/, "")) : NaN;
        return secondsOfDay(found, form) + clock;
    };

    /* Seconds since 1970: of a Date in universal time, of a text as written, or, if it has a time
     * zone, in universal time. */
    const secondsOf = (cell, style) => {
        if (cell instanceof Date) return cell.getTime() / 1000;
        return typeof cell === "number" ? cell : secondsOfText(String(cell).trim(), style);
    };

    const valueOf = (cell, c, i) => {
        const none = cell === null || cell === undefined || cell !== cell;
        if (none || (typeof cell === "string" && cell.trim() === "")) return NaN;
        if (c.kind === "category") return places[i].has(String(cell)) ? places[i].get(String(cell)) : -1;
        if (c.kind === "text") return hash(String(cell), c.numbers[0]);
        const style = c.kind === "time" ? styles[c.numbers[2]] : null;
        const value = style ? secondsOf(cell, style) : Number(cell);
        if (value !== value)
            throw new TypeError(`column "${c.name}": "${cell}" is not a ${c.kind}${style ? `, such as ${style.example}` : ""}`);
        return value;
    };

    const valuesOf = row => columns.map((c, i) => {
        if (!Object.prototype.hasOwnProperty.call(row, c.name))
            throw new TypeError(`the row has no column "${c.name}"; give null for a missing value`);
        return valueOf(row[c.name], c, i);
    });

    /* --- the self-test ------------------------------------------------------------------------ */

    const numbersOf = found => (labels ? found.probabilities
        : (found.quantiles || found.values.map(v => [v])).flat().concat(
            (found.intervals || []).map(ends => ends[0]), (found.intervals || []).map(ends => ends[1])));

    /* Predicts rows for which the library's predictions are known. Returns whether all predictions
     * are within their bounds; `say` gets a sentence for each that is not, and one at the end. */
    const selfTest = (say = () => {}) => {
        let largest = 0, share = 0, right = true;
        const wrong = text => { right = false; say(text); };
        test.rows.forEach((row, r) => {
            const found = answer(row.values.map(v => (v === null ? NaN : v)));
            numbersOf(found).forEach((number, k) => {
                const off = Math.abs(number - row.numbers[k]), bound = row.bounds[k];
                largest = off <= largest ? largest : off;
                share = off <= share * bound ? share : off / bound;
                if (!(off <= bound))
                    wrong(`row ${r + 1}, number ${k + 1}: ${number} is not ${row.numbers[k]} to within ${bound}`);
            });
            if (row.label !== undefined && labels[row.label] !== found.label)
                wrong(`row ${r + 1}: label "${found.label}" is not "${labels[row.label]}"`);
            (row.set || []).forEach((holds, k) => {
                if (holds !== null && holds !== found.set.includes(labels[k]))
                    wrong(`row ${r + 1}: the set is wrong about label "${labels[k]}"`);
            });
        });
        say(`${test.rows.length} rows: the largest difference is ${largest.toPrecision(3)}, and at most ` +
            `${share.toPrecision(3)} of its bound`);
        return right;
    };

    return {
        predict: row => answer(valuesOf(row)),
        columns: columns.map(c => ({ name: c.name, kind: c.kind, form: formOf(c), range: c.range, whole: c.whole || false, middle: c.middle, categories: c.levels })),
        targets: targets.map(t => t.name),
        labels: labels || null,
        quantiles: model.levels || [],
        coverage: model.coverage || null,
        data: model.data, version: model.version,
        start: test.start,
        selfTest,
    };
}
