/* SPDX-License-Identifier: MIT */
/* The style sheet: one column of text and cards, in light and dark colours, also for phones and
 * paper. Pictures always have a white ground, against which the letters in their cells have
 * contrast. */
#include "report/html.h"

static const char *const lines[] = {
    ":root{--ground:#fff;--card:#f5f7f9;--line:#d5dbe1;--ink:#1a1f26;--soft:#56616d;"
    "--accent:#0b5a9c;--good:#0a6b4b;--bad:#a33a00;--bar:#0072b2;--shade:#0004}\n",
    "@media(prefers-color-scheme:dark){:root{--ground:#13171c;--card:#1c222a;--line:#37414c;"
    "--ink:#e7eaee;--soft:#a9b4c0;--accent:#7fbdf2;--good:#5fd0a6;--bad:#ffa36b;--bar:#56b4e9;--"
    "shade:#fff5}}\n",
    "*{box-sizing:border-box}\n",
    "html{-webkit-text-size-adjust:100%}\n",
    "body{margin:0 auto;padding:2.5rem 1.5rem 5rem;max-width:70rem;background:var(--ground);"
    "color:var(--ink);font:1rem/1.55 system-ui,-apple-system,'Segoe UI',Roboto,'Helvetica Neue',"
    "Arial,sans-serif}\n",
    "h1{font-size:2.1rem;line-height:1.2;letter-spacing:-.015em;margin:0 0 .4rem}\n",
    "h2{font-size:1.45rem;line-height:1.25;letter-spacing:-.01em;margin:3.5rem 0 .8rem;"
    "padding-top:1.1rem;border-top:1px solid var(--line)}\n",
    "h3{font-size:1.08rem;margin:1.8rem 0 .5rem}\n",
    "p{margin:.5rem 0;max-width:46rem}\n",
    "h1,h2,h3,p,li,dd,dt,figcaption{overflow-wrap:anywhere}\n",
    /* Korean lines end between words, Japanese ones between phrases if the browser knows them */
    ":lang(ko){word-break:keep-all}:lang(ja){word-break:auto-phrase}"
    "data,code,.when,.whole{white-space:nowrap}\n",
    "a{color:var(--accent)}\n",
    ".soft{color:var(--soft)}.good{color:var(--good)}.bad{color:var(--bad)}\n",
    ".verdict{font-size:1.22rem;line-height:1.5;margin:1.3rem 0 1.5rem}\n",
    ".cards{display:grid;grid-template-columns:repeat(auto-fit,minmax(10.5rem,1fr));gap:.9rem;"
    "margin:0;padding:0}\n",
    ".cards div{background:var(--card);border:1px solid var(--line);border-radius:.7rem;"
    "padding:.9rem 1.1rem}\n",
    ".cards dt{color:var(--soft);font-size:.9rem}\n",
    ".cards dd{margin:0}\n",
    ".cards .big{font-size:1.45rem;line-height:1.5;font-weight:650;white-space:nowrap;"
    "font-variant-numeric:tabular-nums}\n",
    ".cards .more{font-size:.88rem;color:var(--soft)}\n",
    ".note{border-left:4px solid var(--bad);background:var(--card);padding:.7rem 1rem;"
    "border-radius:0 .5rem .5rem 0;margin:1.2rem 0;max-width:46rem}\n",
    "nav{margin:1.6rem 0 0;font-size:.95rem}nav a{display:inline-block;margin:.15rem 1.1rem .15rem "
    "0}\n",
    /* a shade at the side to which a table can be scrolled further (L. Verou 2012) */
    ".wide{overflow-x:auto;margin:.8rem 0;background:"
    "linear-gradient(90deg,var(--ground) 1rem,transparent) 0 0/2.5rem 100% no-repeat local,"
    "linear-gradient(270deg,var(--ground) 1rem,transparent) 100% 0/2.5rem 100% no-repeat local,"
    "linear-gradient(90deg,var(--shade),transparent) 0 0/.9rem 100% no-repeat scroll,"
    "linear-gradient(270deg,var(--shade),transparent) 100% 0/.9rem 100% no-repeat scroll}\n",
    "table{border-collapse:collapse;font-size:.93rem}\n",
    "caption{text-align:left;color:var(--soft);padding:.2rem 0 .4rem}\n",
    "th,td{text-align:left;vertical-align:top;padding:.38rem .8rem .38rem 0;border-bottom:1px "
    "solid "
    "var(--line);min-width:3.2rem;max-width:26rem;overflow-wrap:break-word}\n",
    "th+th,td+td,th+td{padding-left:.3rem}\n",
    "thead th{font-weight:600;color:var(--soft);border-bottom:2px solid var(--line);"
    "vertical-align:bottom;min-width:4.5rem}\n",
    "tbody th{font-weight:500}tbody th,td:not(.n){min-width:4.6rem}"
    "td.long,th.long{min-width:11rem;overflow-wrap:anywhere}thead "
    "th.long{min-width:8rem}td.short,tbody "
    "th.short{white-space:nowrap}\n",
    "th small,td small{display:block;line-height:1.35}"
    ".n{text-align:right;font-variant-numeric:tabular-nums}td.n{white-space:nowrap}\n",
    "td.hit{font-weight:650}td img{display:block;image-rendering:pixelated}\n",
    ".pictures{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,27rem),1fr));"
    "gap:1rem;align-items:start}\n",
    ".pictures>.all{grid-column:1/-1}\n",
    "figure{margin:0}figure svg{display:block;width:100%;height:auto;max-width:37rem;"
    "background:#fff;border:1px solid var(--line);border-radius:.6rem}\n",
    ".panels{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,22rem),1fr));"
    "gap:1rem}\n",
    "@media(min-width:56rem){.beside,.matrix+.picture{grid-column:1/-1}"
    ".beside figure,.matrix+.picture figure{display:grid;"
    "grid-template-columns:1fr 1fr;gap:1rem 1.5rem;align-items:start}}\n",
    ".wider figure svg{max-width:none}.matrix figure svg{max-width:54rem}\n",
    "figcaption{color:var(--soft);font-size:.93rem;margin:.5rem 0 0;max-width:46rem}\n",
    "details{margin:.5rem 0 0}summary{cursor:pointer;color:var(--accent);font-size:.93rem;"
    "padding:.2rem 0}\n",
    ":focus-visible{outline:3px solid var(--accent);outline-offset:2px;border-radius:2px}\n",
    "pre,code{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono',monospace}"
    "code{font-size:.93em}pre{background:var(--card);border:1px solid "
    "var(--line);border-radius:.5rem;padding:.8rem "
    "1rem;"
    "font-size:.9rem;line-height:1.5;"
    "white-space:pre-wrap;overflow-wrap:anywhere;margin:.5rem 0}\n",
    "dl.facts{display:grid;grid-template-columns:minmax(8rem,max-content) 1fr;gap:.3rem 1.4rem;"
    "margin:.8rem 0}\n",
    "dl.facts dt{color:var(--soft)}dl.facts dd{margin:0}\n",
    "@media(max-width:40rem){body{padding:1.4rem 1rem 3rem}h1{font-size:1.65rem}"
    "h2{margin-top:2.6rem;font-size:1.3rem}.verdict{font-size:1.1rem}"
    ".cards{grid-template-columns:1fr 1fr;gap:.6rem}.cards div{padding:.7rem .8rem}"
    ".cards .big{font-size:1.35rem}dl.facts{grid-template-columns:1fr;gap:0}"
    "dl.facts dd{margin:0 0 .6rem}table{font-size:.88rem}th,td{padding-right:.5rem}.n{min-width:0}"
    "th+th,td+td,th+td{padding-left:.2rem}thead "
    "th{min-width:3.2rem}"
    "th:has(small){min-width:8rem}th:last-child,td:last-child{padding-right:0}"
    "tbody th.long{min-width:8rem}"
    ".wider .panels{overflow-x:auto}.wider figure svg{width:auto;max-width:none}.matrix figure "
    "svg{width:44rem}"
    ".wider .panels::before{content:'Scroll sideways to see all of it.';position:sticky;left:0;"
    "grid-column:1/-1;width:max-content;color:var(--soft);font-size:.85rem}}\n",
    "@media print{:root{--ground:#fff;--card:#fff;--line:#bbb;--ink:#000;--soft:#444;"
    "--accent:#000;--good:#000;--bad:#000}body{padding:0 1px;max-width:none;font-size:10pt}"
    "nav,summary{display:none}figure svg{border:0;max-height:8cm}.wider figure "
    "svg{max-height:none}"
    "figcaption{font-size:9pt}h1{font-size:20pt}h2{font-size:14pt;margin-top:1.6rem}h2,h3{break-"
    "after:avoid}"
    "figure,.cards div,tr,pre,.picture{break-inside:avoid}table{font-size:8pt}"
    /* a page break divides no small table, and leaves at least three rows of a large one
     * together */
    ".wide:not(:has(tr:nth-child(6))){break-inside:avoid}"
    "tbody tr:nth-child(-n+2),tbody tr:nth-last-child(-n+3):not(:last-child),#repeat~p,"
    "p:has(+.wide){break-after:avoid}p:has(+.wide){break-inside:avoid}tbody "
    "tr:last-child{break-after:auto}"
    ".panels{grid-template-columns:repeat(auto-fit,minmax(min(100%,18rem),1fr))}"
    ".pictures{grid-template-columns:1fr 1fr}.beside,.matrix+.picture{grid-column:1/-1}"
    ".beside figure,.matrix+.picture figure{display:grid;grid-template-columns:1fr "
    "1fr;gap:.8rem}.wide{overflow:visible;background:none}"
    /* a table wider than the paper would make the browser shrink the whole page */
    "th,td{padding:.2rem .5rem .2rem 0}"
    "thead th,thead th.long,tbody th,td:not(.n),td.n{min-width:0}th.long,td.long{min-width:6rem}"
    "td.short,tbody th.short{white-space:normal}"
    "#mistakes~.wide table{font-size:6.5pt}#mistakes~.wide td.long{min-width:7em}"
    "#mistakes~.wide thead th{min-width:4.2em;overflow-wrap:anywhere}"
    "#mistakes~.wide thead th:nth-child(-n+5){min-width:0;overflow-wrap:normal}"
    "#mistakes~.wide th,#mistakes~.wide td{padding-right:.3rem}"
    "#picture-importance figure svg,.matrix+.picture figure svg{max-height:13cm}"
    ".matrix figure svg{max-height:16cm}"
    /* below the curves of all labels, the legend has a line for each label */
    ":not(.matrix)+#picture-roc figure svg{max-height:12cm;max-width:7.2cm}"
    "#mistakes~p{break-after:avoid}}\n",
};

void mlpi_html_style(FILE *to)
{
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++)
        fputs(lines[i], to);
}
