// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
// Puts the page together from the data block.
'use strict';

const faults = [];
window.addEventListener('error', event => faults.push(String(event.message)));
window.addEventListener('unhandledrejection', event => faults.push(String(event.reason)));

const data = JSON.parse(document.getElementById('data').textContent);
const run = data.run;
const results = part(run, 'results') || {};

/** run.a.b.c, or null where a part is missing or no object. */
function part(from, ...names) {
  return names.reduce((at, name) => at && typeof at === 'object' && name in at ? at[name] : null, from);
}

function section(title, words) {
  const made = element('section', {}, element('h2', {textContent: title}));
  if (words) made.append(element('p', {className: 'note', textContent: words}));
  document.getElementById('main').append(made);
  return made;
}

/** Rows of name and value; those without a value are left out. */
function facts(rows) {
  const body = element('tbody');
  for (const [name, value] of rows)
    if (value !== null && value !== undefined && value !== '')
      body.append(element('tr', {}, element('th', {scope: 'row', textContent: name}), element('td', {}, value)));
  return element('table', {className: 'facts'}, body);
}

/** A table of lists; numbers with five digits. */
function rowsTable(names, rows) {
  const cell = value => typeof value === 'number' ? significant(value, 5) : value === null ? '–' :
      value === true ? 'yes' : value === false ? 'no' : String(value);
  return element('div', {className: 'table'}, element('table', {className: 'rows'},
      element('thead', {}, element('tr', {}, ...names.map(name => element('th', {scope: 'col', textContent: name})))),
      element('tbody', {}, ...rows.map(row => element('tr', {}, ...row.map(value => element('td', {textContent: cell(value)})))))));
}

const withUnit = (value, unit, digits = 5) => typeof value === 'number' ? `${significant(value, digits)} ${unit}` : null;
const grouped = value => typeof value === 'number' ? value.toLocaleString('en').replace(/,/g, ' ') : null;

/** Four digits, in groups. */
const rounded = value => typeof value === 'number' ? grouped(Number(value.toPrecision(4))) : null;

/** The title of the configuration, a TOML string on a line of its own. */
function configTitle() {
  const found = /^title = (".*")$/m.exec(String(run.config || ''));
  try {
    return found ? JSON.parse(found[1]) : '';
  } catch {
    return '';
  }
}

function header() {
  const title = configTitle() || data.folder;
  document.title = `${title} – Myowave`;
  document.getElementById('title').textContent = title;
  const known = ['finished', 'stopped', 'failed'].includes(run.status) ? run.status : 'unknown';
  document.getElementById('subtitle').append(element('span', {className: `badge ${known}`, textContent: String(run.status || 'unknown')}),
                                             ` ${data.folder}`);
  document.getElementById('footer').textContent = `Made by myowave report ${data.made_by}; the page loads nothing from elsewhere. Curves: uPlot.`;
  const main = document.getElementById('main');
  const notice = (text, bad) => main.append(element('p', {className: bad ? 'notice bad' : 'notice', textContent: text}));
  if (run.message) notice(String(run.message), true);
  for (const warning of data.warnings) notice(`Warning: ${warning}`, false);
  for (const note of data.notes) notice(note, false);
}

function summary() {
  const V = part(results, 'V') || {}, mesh = part(run, 'mesh') || {};
  const fraction = results.activated_fraction;
  const about = facts([
    ['command', String(run.command || '')], ['version', `${run.version} (${run.commit})`],
    ['ranks', run.ranks], ['precision', run.precision], ['instruction set', run.instruction_set],
    ['diffusion', part(run, 'diffusion', 'method')], ['solver iterations', grouped(part(run, 'diffusion', 'iterations') || null)],
    ['nodes', mesh.tissue_nodes === mesh.nodes ? grouped(mesh.nodes) : `${grouped(mesh.nodes)}, of tissue ${grouped(mesh.tissue_nodes)}`],
    ['steps', grouped(part(run, 'time', 'steps'))], ['simulated', withUnit(part(run, 'time', 'reached_ms'), 'ms', 8)],
  ]);
  const found = facts([
    ['V', V.min_mV !== undefined && V.max_mV !== undefined && V.min_mV !== null ? `${significant(V.min_mV, 5)} to ${significant(V.max_mV, 5)} mV` : null],
    ['activated', typeof fraction === 'number' ? `${significant(100 * fraction, 4)} % of the tissue` : null],
    ['last activation', withUnit(results.last_activation_ms, 'ms')],
    ['ERP', withUnit(results.erp_ms, 'ms')], ['largest slope', brief(results.max_slope)],
    ['block at cycle', withUnit(results.block_bcl_ms, 'ms')],
    ['beat change', brief(results.beat_change)],
    ['steady state', results.steady === true ? 'reached' : results.steady === false ? 'not reached' : null],
  ]);
  const made = section('Run');
  made.append(element('div', {className: 'columns'}, about, found));
  if (run.config)
    made.append(element('details', {}, element('summary', {textContent: 'Settings with all defaults filled in'}),
                        element('pre', {textContent: String(run.config)})));
}

function brief(value) {
  return typeof value === 'number' ? significant(value, 3) : null;
}

function timings() {
  const timing = part(run, 'timing') || {}, total = timing.total_s;
  if (typeof total !== 'number') return;
  const phases = ['setup', 'reaction', 'diffusion', 'output'].filter(name => typeof timing[`${name}_s`] === 'number')
      .map(name => [name, timing[`${name}_s`]]);
  const rest = total - phases.reduce((sum, [, seconds]) => sum + seconds, 0);
  if (phases.length > 0 && rest > 0.001 * total) phases.push(['other', rest]);
  const body = element('tbody');
  for (const [name, seconds] of [...phases, ['total', total]]) {
    const bar = element('div');
    bar.style.width = `${Math.min(100, 100 * seconds / Math.max(total, 1e-9))}%`;
    body.append(element('tr', {}, element('td', {textContent: name}), element('td', {textContent: `${significant(seconds, 4)} s`}),
                        element('td', {textContent: `${(100 * seconds / Math.max(total, 1e-9)).toFixed(1)} %`}),
                        element('td', {className: 'bar'}, bar)));
  }
  const speed = part(run, 'performance') || {};
  const made = section('Timings');
  made.append(element('table', {className: 'rows timing'}, body), facts([
    ['cell steps', rounded(speed.cell_steps)], ['cell steps per s', rounded(speed.cell_steps_per_s)],
    ['reaction', withUnit(speed.reaction_ns_per_cell_step, 'ns per cell and step', 4)],
    ['diffusion', withUnit(speed.diffusion_ns_per_node_step, 'ns per node and step', 4)],
  ]));
}

/** The probes of run.json with their places; a missing axis is 0. */
function probeList() {
  return Object.entries(part(results, 'probes') || {}).map(([name, probe]) => {
    const [x = 0, y = 0, z = 0] = part(probe, 'position_mm') || [];
    return {name, x, y, z, activation: part(probe, 'activation_ms') || [], apd: part(probe, 'apd_ms') || []};
  });
}

function probeTable(parent, probes) {
  const beats = Math.max(0, ...probes.map(probe => probe.activation.length)), rows = [];
  for (const {name, x, y, z, activation, apd} of probes)
    for (let b = 0; b < Math.max(1, activation.length); ++b)
      rows.push([name, [x, y, z].map(v => significant(v, 4)).join(', '), activation.length ? b + 1 : null,
                 activation[b] ?? null, apd[b] ?? null]);
  if (beats > 0 || rows.length > 0)
    parent.append(rowsTable(['probe', 'position (mm)', 'beat', 'activation (ms)', 'APD (ms)'], rows));
}

async function fields(probes) {
  const {movie, maps} = data;
  if (data.surface) surface = await SurfaceShape.load(data.surface);
  if (movie && movie.min !== null) {
    window.movie = new Movie(section('V over time'), movie, probes);
    await window.movie.show(0);
  } else if (part(results, 'V') || maps) {
    section('V over time', 'There is no animation: the run folder holds no frames of V. Set output.fields in the configuration to write some.');
  }
  document.documentElement.dataset.readyMs = Math.round(performance.now());
  if (!maps) return [];
  const made = section('Maps', `Every map has its own scale; ${strideText(maps)}.`);
  if (maps.on_surface)
    made.append(element('div', {className: 'controls'}, element('span', {className: 'words', textContent: 'Drag a picture to turn all. Seen from'}),
                        directionChoice(surface)));
  const place = element('div', {className: 'figures'});
  made.append(place);
  const arrays = maps.arrays.filter(array => array.name !== FALLBACK_MAP);  // drawn with the surrogates
  return [async () => { for (const array of arrays) await mapFigure(place, maps, array, probes); }];
}

async function curves(probes) {
  const {traces = [], restitution} = data;
  for (const trace of traces) {
    const made = section(trace.file === 'trace.csv' ? 'Trace of the cell' : trace.file.endsWith('ecg.csv') ? 'Pseudo-ECG' : 'Probes');
    await traceFigure(made, trace);
    if (trace.file === 'probes.csv') probeTable(made, probes);
  }
  if (restitution && (restitution.s1_ms || []).length > 0) {
    const place = element('div', {className: 'figures'});
    section('Restitution').append(place);
    restitutionFigures(place, restitution);
  }
  tips();
  const beats = Array.isArray(results.beats) ? results.beats : [];
  if (beats.length > 0) {
    const names = Object.keys(beats[0]);
    section('Beats').append(rowsTable(['beat', ...names.map(heading)],
                                      beats.map((beat, b) => [b + 1, ...names.map(name => part(beat, name))])));
  }
}

/** The phase singularities that lived longest. */
function tips() {
  const found = part(results, 'singularities');
  if (!found || !Array.isArray(found.trajectories) || found.trajectories.length === 0) return;
  const longest = [...found.trajectories].sort((a, b) => b.lifetime_ms - a.lifetime_ms).slice(0, 10);
  section('Tips of spiral waves', `${found.trajectories.length} phase singularities, at most ${found.most_at_once} at once; those that lived longest:`)
      .append(rowsTable(['id', 'turns', 'born, ms', 'died, ms', 'life time, ms'], longest.map(each => [
        each.id, each.charge > 0 ? 'clockwise' : 'anticlockwise', each.birth_ms, each.death_ms === null ? 'alive' : each.death_ms,
        each.lifetime_ms])));
}

async function build() {
  header();
  summary();
  if (typeof DecompressionStream === 'undefined') {
    timings();
    section('Pictures', 'This browser cannot unpack them: it takes Chrome or Edge 80, Firefox 113, Safari 16.4, or later.');
  } else {
    const probes = probeList();
    const later = await fields(probes);
    await curves(probes);
    timings();
    later.push(surrogates(probes));
    for (const draw of later) await draw();
  }
  document.documentElement.dataset.doneMs = Math.round(performance.now());
}

// What is folded in is printed too.
window.addEventListener('beforeprint', () => document.querySelectorAll('details').forEach(each => { each.open = true; }));

const built = build().catch(error => {
  faults.push(String(error));
  document.getElementById('main').prepend(element('p', {className: 'notice bad', textContent:
      `This page is damaged, make it again with myowave report (${error}).`}));
});
if (location.hash === '#selftest') built.then(selfTest);
