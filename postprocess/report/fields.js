// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
// Maps and V over time: pictures of sheets and slabs, lines of cables.
'use strict';

const is1D = field => !field.on_surface && field.shown[1] === 1 && field.shown[2] === 1;
const isSlab = field => !field.on_surface && field.nodes[2] > 1;

/** The surface that maps and frames on elements lie on; set before they are drawn. */
let surface = null;
/** Nodes shown along x, y and z; of a surface in a row. */
const shownOf = field => field.on_surface ? [surface.nodes, 1, 1] : field.shown;

const MAP_WORDS = {activation: 'Activation time', repolarisation: 'Repolarisation time', dvdt_max: 'Largest dV/dt',
                   peak: 'Peak of V', rest: 'Resting V', V_min: 'Least V', V_max: 'Largest V',
                   cv: 'Conduction velocity', cv_quality: 'Conduction velocity, quality', cv_status: 'Conduction velocity, status',
                   surrogate_fallbacks: 'Fallbacks of surrogates'};

/** "Activation time, beat 1" and "ms", of the name activation_beat1_ms. */
function titleOf(name) {
  const [what, unit] = splitUnit(name), [, quantity, beat] = what.match(/^(.*?)(?:_beat(\d+))?$/);
  const words = MAP_WORDS[quantity] || quantity.replace(/^apd(?=\d)/, 'APD');
  return [beat ? `${words}, beat ${beat}` : words, unit];
}

/** What a reader must know of nodes that are left out. */
function strideText(field) {
  if (field.on_surface) return surface.text();
  const [sx, sy] = field.stride, [nx, ny, nz] = field.nodes;
  const layers = field.layers.length > 1 ? field.layers[1] - field.layers[0] : 1;
  const parts = [`mesh of ${[nx, ny, nz].filter(n => n > 1).join(' × ') || '1'} nodes`];
  if (sx > 1 || sy > 1) parts.push(`every ${ordinal(sx)}${sy !== sx && ny > 1 ? ` along x and ${ordinal(sy)} along y` : ''} is shown`);
  if (field.arrays && layers > 1) parts.push(`every ${ordinal(layers)} layer is shown`);
  return parts.join('; ');
}

function ordinal(k) {
  return k === 1 ? 'one' : k === 2 ? 'second' : k === 3 ? 'third' : `${k}th`;
}

/** A plane of the shown nodes: axis 0, 1 or 2 across it, and its place along that axis. */
function planeOf(field, codes, axis, place) {
  const n = field.shown, d = field.spacing_mm, [a, b] = [[1, 2], [0, 2], [0, 1]][axis];
  const step = [1, n[0], n[0] * n[1]];
  const plane = new codes.constructor(n[a] * n[b]);
  for (let j = 0, at = 0; j < n[b]; ++j)
    for (let i = 0; i < n[a]; ++i, ++at) plane[at] = codes[i * step[a] + j * step[b] + place * step[axis]];
  return [{nx: n[a], ny: n[b], dx: d[a], dy: d[b], x0: 0, y0: 0, x: 'xyz'[a], y: 'xyz'[b]}, plane];
}

/** The probes in or next to a layer across z. */
function markersIn(probes, field, z) {
  return probes.filter(probe => !isSlab(field) || Math.abs(probe.z - z) <= 0.51 * field.layer_spacing_mm)
      .map(({name, x, y}) => ({name, x, y}));
}

/** One map: a line of a cable, else a picture with, for a slab, a choice of the plane. Resolves when drawn. */
async function mapFigure(parent, field, array, probes) {
  const [title, unit] = titleOf(array.name), figure = element('figure', {}, element('h3', {textContent: title}));
  parent.append(figure);
  if (array.min === null) {
    figure.append(element('p', {className: 'note', textContent: 'No node has a value.'}));
    return;
  }
  const codes = await unpackMap(array.blob, shownOf(field));
  if (is1D(field)) return mapLine(figure, field, array, codes, unit);
  const wave = /^(activation|repolarisation)_/.test(array.name), activation = array.name.startsWith('activation');
  const picture = newPicture(figure, field, {min: array.min, max: array.max, steps: 65534, unit, palette: wave ? 'viridis' : 'cividis'}, title, probes);
  const texts = [];
  if (wave && array.max > array.min) {
    const step = niceStep(array.max - array.min, 12);
    picture.levels = ticks(array.min, array.max, 12);
    texts.push(`Isochrones every ${significant(step, 3)} ms.`);
  }
  if (codes.includes(0)) texts.push(`Grey: no tissue, or ${activation ? 'not activated' : 'no value'}.`);
  if (field.on_surface) picture.set(codes);
  else showPlanes(picture, figure, field, codes, probes);
  figure.append(element('p', {className: 'note', textContent: texts.join(' ')}));
}

/** A picture of a grid or of a surface; that of a surface shows all probes that are to be seen. */
function newPicture(parent, field, scale, title, probes) {
  if (!field.on_surface) return new FieldFigure(parent, scale, title);
  const picture = new SurfaceFigure(parent, scale, title, surface);
  picture.markers = probes;
  return picture;
}

function showPlanes(picture, figure, field, codes, probes) {
  const show = (axis, place) => {
    picture.markers = axis === 2 ? markersIn(probes, field, field.layers[place] * field.layer_spacing_mm) : [];
    picture.set(...planeOf(field, codes, axis, place));
  };
  if (isSlab(field)) figure.insertBefore(planeControls(field, show), picture.canvas);
  show(2, 0);
}

/** Which plane of a slab: across x, y or z, and where. */
function planeControls(field, show) {
  const across = element('select', {'aria-label': 'plane'},
                         ...[2, 1, 0].map(a => element('option', {value: a, textContent: `across ${'xyz'[a]}`})));
  const slider = element('input', {type: 'range', min: 0, value: 0, 'aria-label': 'place of the plane'});
  const text = element('span', {className: 'time'});
  const update = reset => {
    const axis = Number(across.value);
    slider.max = field.shown[axis] - 1;
    if (reset) slider.value = 0;
    text.textContent = `${'xyz'[axis]} = ${significant(slider.value * field.spacing_mm[axis], 4)} mm`;
    show(axis, Number(slider.value));
  };
  across.addEventListener('change', () => update(true));
  slider.addEventListener('input', () => update(false));
  text.textContent = 'z = 0 mm';
  slider.max = field.shown[2] - 1;
  return element('div', {className: 'controls'}, across, slider, text);
}

function mapLine(figure, field, array, codes, unit) {
  const values = Array.from(codes, code => code === 0 ? null : array.min + (array.max - array.min) * (code - 1) / 65534);
  linePlot(figure, {
    x: {label: 'x', unit: 'mm', values: values.map((_, i) => i * field.spacing_mm[0])},
    unit, series: [{label: titleOf(array.name)[0], values}], height: 260, broken: true,
  });
}

/** V over time with a slider; resolves when the first frame is drawn. */
class Movie {
  constructor(parent, movie, probes) {
    this.movie = movie;
    this.probes = probes;
    this.frames = new Frames(movie, shownOf(movie));
    this.times = movie.times_ms;
    this.layer = shownOf(movie)[2] - 1;
    this.figure = element('figure', {className: 'wide movie'});
    parent.append(this.figure);
    this.addControls();
    if (is1D(movie)) this.addLine();
    else this.addPicture();
    this.figure.append(element('p', {className: 'note', textContent: this.caption()}));
  }

  addControls() {
    this.button = element('button', {type: 'button', textContent: 'Play'});
    this.slider = element('input', {type: 'range', min: 0, max: this.times.length - 1, value: 0, 'aria-label': 'time'});
    this.time = element('span', {className: 'time'});
    this.speed = element('select', {'aria-label': 'frames per second'},
                         ...[5, 12, 25, 50].map(s => element('option', {value: s, textContent: `${s} frames/s`})));
    this.speed.value = 25;
    const controls = element('div', {className: 'controls'}, this.button, this.slider, this.time, this.speed);
    if (this.movie.on_surface) controls.append(directionChoice(surface));
    else if (this.movie.layers.length > 1) controls.append(this.layerChoice());
    this.figure.append(controls);
    this.button.addEventListener('click', () => this.running ? this.pause() : this.play());
    this.slider.addEventListener('input', () => { this.pause(); this.show(Number(this.slider.value)); });
  }

  layerChoice() {
    const names = ['middle layer', 'top layer'];
    const choice = element('select', {'aria-label': 'layer'}, ...this.movie.layers.map((_, l) => element('option', {
      value: l, textContent: `${names[l]}, z = ${significant(this.z(l), 4)} mm`})));
    choice.value = this.layer;
    choice.addEventListener('change', () => { this.layer = Number(choice.value); this.show(this.shown); });
    return choice;
  }

  z(layer) { return this.movie.layers[layer] * this.movie.layer_spacing_mm; }

  addPicture() {
    const {min, max} = this.movie;
    this.picture = newPicture(this.figure, this.movie, {min, max, steps: 254, unit: 'mV', palette: 'viridis'}, 'V over time', this.probes);
  }

  addLine() {
    const {min, max, shown, spacing_mm: [dx]} = this.movie, margin = 0.05 * (max - min || 1);
    this.line = linePlot(this.figure, {
      x: {label: 'x', unit: 'mm', values: Array.from({length: shown[0]}, (_, i) => i * dx)},
      unit: 'mV', series: [{label: 'V', values: new Array(shown[0]).fill(null)}], height: 280, broken: true,
      range: [min - margin, max + margin],
    });
  }

  caption() {
    const {min, max, frames, every} = this.movie, step = (max - min) / 254;
    const some = every > 1 ? `every ${ordinal(every)} of ${frames} frames` : `all ${frames} frames`;
    const layers = isSlab(this.movie) ? ' Of a slab, the top and the middle layer are kept.' : '';
    return `One scale for the whole run, ${significant(min, 4)} to ${significant(max, 4)} mV in 255 steps of ` +
        `${significant(step, 2)} mV; ${some}; ${strideText(this.movie)}.${layers}`;
  }

  /** Draws frame k; a later call overtakes an earlier one that still waits. */
  async show(k) {
    this.shown = k;
    const codes = await this.frames.frame(k);
    if (this.shown !== k) return;
    if (this.line) this.drawLine(codes);
    else this.drawPicture(codes);
    this.time.textContent = `${significant(this.times[k], 7)} ms`;
    this.slider.value = k;
    this.drawn = k;
  }

  drawPicture(codes) {
    if (this.movie.on_surface) return this.picture.set(codes);
    const movie = this.movie, size = movie.shown[0] * movie.shown[1];
    this.picture.markers = markersIn(this.probes, movie, this.z(this.layer));
    const [grid] = planeOf(movie, codes, 2, this.layer);
    this.picture.set(grid, codes.subarray(this.layer * size, (this.layer + 1) * size));
  }

  drawLine(codes) {
    const {min, max} = this.movie;
    const values = Array.from(codes, code => code === 0 ? null : min + (max - min) * (code - 1) / 254);
    this.line.setData([this.line.data[0], values], false);
    this.line.redraw();
  }

  play() {
    this.running = true;
    this.button.textContent = 'Pause';
    if (this.shown === this.times.length - 1) this.show(0);
    let last = performance.now();
    const next = async () => {
      if (!this.running) return;
      const pause = 1000 / Number(this.speed.value), passed = Math.round((performance.now() - last) / pause);
      last = performance.now();
      // A slow machine leaves frames out, but not so many that the motion is lost.
      const k = Math.min(this.shown + Math.min(Math.max(passed, 1), 5), this.times.length - 1);
      this.frames.prepare(k + this.movie.frames_in_chunk);
      await this.show(k);
      if (k === this.times.length - 1) this.pause();
      setTimeout(next, Math.max(1, pause - (performance.now() - last)));
    };
    setTimeout(next, 1000 / Number(this.speed.value));
  }

  pause() {
    this.running = false;
    this.button.textContent = 'Play';
  }
}
