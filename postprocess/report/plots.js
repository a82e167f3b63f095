// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
// Curves with uPlot: hover, zoom by dragging or by numbers, series that can be switched off.
'use strict';

const plots = [];

/** Text of a value in the legend. */
function legendValue(unit) {
  return (_, value) => value === null || value === undefined ? '–' : `${significant(value, 6)} ${unit}`.trim();
}

/** Room for the points at the ends. */
function padded(_, low, high) {
  const room = 0.04 * (high - low || 1);
  return [low - room, high + room];
}

/**
 * A plot in `parent`. `x`: {label, unit, values}; `unit` of y; `series`: [{label, values, points}], with
 * `only: true` for numbers that stand in the legend alone (with their own unit); `range` fixes y; `broken`
 * keeps gaps; `zoom` adds fields for the range of x.
 */
function linePlot(parent, {x, unit, series, height = 280, range, broken, zoom, sync, name}) {
  const holder = element('div');
  parent.append(holder);
  const lines = series.map((one, s) => {
    if (one.only) return {label: one.label, scale: 'legend', value: legendValue(one.unit), paths: () => null,
                          points: {show: false}, stroke: '#999'};
    const colour = LINES[s % LINES.length], made = {
      label: one.label, stroke: colour, width: 1.6, dash: DASHES[Math.floor(s / LINES.length) % 3],
      spanGaps: !broken, value: legendValue(unit),
    };
    if (one.points || x.values.length === 1) made.points = {show: true, size: 7, stroke: colour, fill: colour};
    if (one.points === 'alone') made.paths = () => null;
    return made;
  });
  const words = (what, in_unit) => in_unit ? `${what} (${in_unit})` : what;
  const plot = new uPlot({
    width: Math.max(240, holder.clientWidth), height,
    scales: {x: series.some(one => one.points) ? {time: false, range: padded} : {time: false}, y: range ? {range} : {}, legend: {auto: false, range: [0, 1]}},
    series: [{label: x.label, value: legendValue(x.unit)}, ...lines],
    axes: [
      {label: words(x.label, x.unit), labelSize: 20, size: 38, font: '12px system-ui', labelFont: '12px system-ui'},
      {label: words(name || series[0].label, unit), labelSize: 18, size: 52, font: '12px system-ui', labelFont: '12px system-ui'},
    ],
    cursor: {sync: sync ? {key: sync} : undefined, drag: {x: true, y: false}},
    legend: {live: true},
  }, [x.values, ...series.map(one => one.values)], holder);
  new ResizeObserver(() => {
    const width = Math.max(240, holder.clientWidth);
    if (width !== plot.width) plot.setSize({width, height});
  }).observe(holder);
  if (zoom && x.values.length > 1) holder.before(zoomControls(plot, x));
  plots.push(plot);
  return plot;
}

/** From and to as numbers, for fingers and for exact ranges; dragging over the plot zooms too. */
function zoomControls(plot, x) {
  const from = element('input', {type: 'number', step: 'any', 'aria-label': `${x.label} from`});
  const to = element('input', {type: 'number', step: 'any', 'aria-label': `${x.label} to`});
  const all = element('button', {type: 'button', textContent: 'All'});
  const low = x.values[0], high = x.values[x.values.length - 1];
  const apply = () => {
    const min = Number(from.value), max = Number(to.value);
    if (max > min) plot.setScale('x', {min, max});
  };
  for (const field of [from, to]) field.addEventListener('change', apply);
  all.addEventListener('click', () => plot.setScale('x', {min: low, max: high}));
  (plot.hooks.setScale ||= []).push((_, key) => {
    if (key !== 'x') return;
    from.value = significant(plot.scales.x.min, 6);
    to.value = significant(plot.scales.x.max, 6);
  });
  from.value = significant(low, 6);
  to.value = significant(high, 6);
  return element('div', {className: 'controls'}, element('span', {className: 'words', textContent: 'from'}), from,
                 element('span', {className: 'words', textContent: `to`}), to,
                 element('span', {className: 'words', textContent: x.unit}), all);
}

const finite = values => Array.from(values, value => Number.isFinite(value) ? value : null);

/** The columns of probes.csv, trace.csv or ecg.csv: all potentials in one plot, calcium in one of its own. */
async function traceFigure(parent, trace) {
  const columns = await Promise.all(trace.columns.map(async ({name, blob}) => ({name, values: await unpackDoubles(blob)})));
  const x = {label: 't', unit: 'ms', values: Array.from(columns[0].values)}, rest = columns.slice(1);
  const figure = element('figure');
  parent.append(figure);
  const voltages = rest.filter(column => /^(V|phi)_/.test(column.name));
  if (voltages.length > 0)
    linePlot(figure, {x, unit: 'mV', name: trace.file.endsWith('ecg.csv') ? 'Potential' : 'V', zoom: true, sync: trace.file, height: 320, series: voltages.map(column => (
      {label: column.name.replace(/^(V|phi)_(?=.)/, '').replace(/_?mV$/, '') || 'V', values: finite(column.values)}))});
  for (const column of rest.filter(each => !voltages.includes(each))) {
    const milli = column.name.endsWith('_mM');  // shown in uM
    linePlot(figure, {x, unit: 'uM', name: 'Calcium', sync: trace.file, height: 220, series: [
      {label: column.name.replace(/_.*/, ''), values: finite(milli ? column.values.map(v => 1000 * v) : column.values)}]});
  }
  const some = trace.every > 1 ? ` Every ${ordinal(trace.every)} of ${trace.rows} rows is drawn.` : '';
  figure.append(element('p', {className: 'note', textContent: 'Drag over the plot to zoom, double-click for the whole; click a name to hide its line.' + some}));
}

/** APD and CV over DI, and over the cycle length for dynamic pacing. */
function restitutionFigures(parent, table) {
  const rows = table.s1_ms.map((_, r) => Object.fromEntries(Object.entries(table).map(([name, column]) => [name, column[r]])));
  const captured = rows.filter(row => row.captured === 1);
  const levels = Object.keys(table).filter(name => /^apd[\d.]+_ms$/.test(name));
  const dynamic = rows.some(row => row.beat > 0);
  const last = dynamic ? ['cycle', 's1_ms', 'ms'] : ['S2', 's2_ms', 'ms'];
  const draw = (title, key, label, names, unit) => {
    const points = captured.filter(row => Number.isFinite(row[key]) && names.some(([column]) => Number.isFinite(row[column])))
        .sort((one, other) => one[key] - other[key]);
    if (points.length === 0) return;
    const figure = element('figure', {}, element('h3', {textContent: title}));
    parent.append(figure);
    const series = names.map(([column, words]) => (
      {label: words, values: finite(points.map(row => row[column])), points: dynamic ? 'alone' : true}));
    if (key !== last[1]) series.push({label: last[0], unit: last[2], only: true, values: finite(points.map(row => row[last[1]]))});
    linePlot(figure, {x: {label, unit: 'ms', values: points.map(row => row[key])}, unit, name: title.split(' ')[0], series, height: 300});
  };
  const apds = levels.map(name => [name, name.replace('_ms', '').toUpperCase()]);
  draw('APD over DI', 'di_ms', 'DI', apds, 'ms');
  draw('CV over DI', 'di_ms', 'DI', [['cv_m_per_s', 'CV']], 'm/s');
  if (dynamic) draw('APD over cycle length', 's1_ms', 'cycle', apds, 'ms');
  const lost = [...new Set(rows.filter(row => row.captured === 0).map(row => row[last[1]]))].sort((a, b) => b - a);
  if (lost.length > 0)
    parent.after(element('p', {className: 'note', textContent: `No capture at ${last[0]} of ${lost.map(v => significant(v, 5)).join(', ')} ms.`}));
}
