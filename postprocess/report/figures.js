// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
// Colours, ticks, small elements, and pictures of node values with axes and a colour bar.
'use strict';

// The maps viridis and cividis, which keep their order for colour-blind eyes and in grey; linear in between.
const ANCHORS = {
  viridis:
    '440154 470d60 48186a 482374 472d7b 453781 424086 3e4989 3b528b 375b8d 33638d 2f6b8e 2c728e 297a8e ' +
    '26828e 23898e 21918c 1f988b 1fa088 22a785 28ae80 32b67a 3fbc73 4ec36b 5ec962 70cf57 84d44b 98d83e ' +
    'addc30 c2df23 d8e219 ece51b fde725',
  cividis:
    '00224e 00285b 002e6a 053371 1a386f 273e6e 32436d 3b496c 434e6c 4b546c 535a6d 5a5f6e 61656f 686a71 ' +
    '6f7073 767676 7d7c78 848279 8c8878 938e78 9b9476 a39a74 aba072 b4a76f bcae6c c4b468 cdbb63 d5c25e ' +
    'dec958 e7d150 f0d846 f9e03a fee838',
};
const NO_VALUE = [200, 204, 208];
// The colours of Okabe and Ito, yellow left out: it is too pale on white.
const LINES = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#e69f00', '#56b4e9', '#000000'];
const DASHES = [[], [8, 4], [2, 3]];

/** 256 colours [r, g, b]; the first stands for no value. */
function paletteOf(name) {
  const anchors = ANCHORS[name].split(' ').map(hex => [0, 2, 4].map(k => parseInt(hex.slice(k, k + 2), 16)));
  const colours = [NO_VALUE];
  for (let i = 0; i < 255; ++i) {
    const place = i / 254 * (anchors.length - 1), k = Math.min(Math.floor(place), anchors.length - 2);
    colours.push(anchors[k].map((low, c) => Math.round(low + (anchors[k + 1][c] - low) * (place - k))));
  }
  return colours;
}

/** An element with properties, attributes in "data-" or "aria-" form, and children. */
function element(name, properties = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(properties))
    if (key.includes('-')) made.setAttribute(key, value);
    else made[key] = value;
  made.append(...children);
  return made;
}

/** A name in run.json or a file and its unit: "apd90_ms" is ["apd90", "ms"]. */
function splitUnit(name) {
  const found = name.match(/^(.+?)_(ms|mV|uM|mM|mm|s|V_per_s|m_per_s)$/);
  return found ? [found[1], found[2].replace('_per_', '/')] : [name, ''];
}

/** The same as words. */
function heading(name) {
  const [what, unit] = splitUnit(name);
  return what.replaceAll('_', ' ') + (unit ? ` (${unit})` : '');
}

/** 1, 2 or 5 times a power of ten, so that at most `most` steps fit into the range. */
function niceStep(range, most) {
  const rough = range / most, power = 10 ** Math.floor(Math.log10(rough));
  return power * [1, 2, 5, 10].find(factor => factor * power >= rough * 0.999999);
}

function ticks(low, high, most) {
  if (!(high > low)) return [low];
  const step = niceStep(high - low, most), all = [];
  for (let k = Math.ceil(low / step - 1e-9); k * step <= high + 1e-9 * step; ++k) all.push(k * step);
  return all;
}

/** With the digits that a step or an accuracy calls for. */
function written(value, step) {
  const digits = Math.max(0, Math.min(6, Math.ceil(-Math.log10(step || 1) - 1e-9)));
  return value.toFixed(digits).replace(/^-0(\.0*)?$/, '0$1');
}

function significant(value, digits) {
  return typeof value === 'number' ? String(Number(value.toPrecision(digits))) : '–';
}

/**
 * A picture of node values on a rectangle. `grid`: {nx, ny, dx, dy, x0, y0, x, y}, lengths in mm, x and y the
 * names of the axes. `scale`: {min, max, steps, unit, palette}; a code c > 0 is min + (max - min) (c - 1) / steps.
 */
class FieldFigure {
  constructor(parent, scale, label) {
    this.scale = scale;
    this.colours = paletteOf(scale.palette);
    this.canvas = element('canvas', {className: 'picture', 'role': 'img', 'aria-label': label});
    this.readout = element('div', {className: 'readout', 'aria-live': 'off'});
    parent.append(this.canvas, this.readout);
    this.markers = [];
    this.levels = [];
    for (const event of ['pointermove', 'pointerdown'])
      this.canvas.addEventListener(event, at => this.point(at.offsetX, at.offsetY));
    this.canvas.addEventListener('pointerleave', () => this.point(-1, -1));
    new ResizeObserver(() => this.draw()).observe(this.canvas.parentElement);
  }

  set(grid, codes) {
    this.grid = grid;
    this.codes = codes;
    this.draw();
    this.point(...(this.pointer || [-1, -1]));
  }

  value(code) {
    return this.scale.min + (this.scale.max - this.scale.min) * (code - 1) / this.scale.steps;
  }

  /** Sizes in CSS pixels: the picture is as wide as its place, and not too high. */
  place() {
    const {nx, ny, dx, dy} = this.grid, width = this.canvas.parentElement.clientWidth;
    const left = 46, right = 14, top = 8, bottom = 80;
    const ratio = ny * dy / (nx * dx);
    let w = Math.max(60, width - left - right), h = w * ratio;
    const highest = Math.min(460, 1.1 * w);
    if (h > highest) [w, h] = [highest / ratio, highest];
    if (h < 24) h = 24;
    return {left, top, w, h, width, height: top + h + bottom};
  }

  draw() {
    if (!this.grid || !this.canvas.parentElement.clientWidth) return;
    const box = this.box = this.place(), dense = window.devicePixelRatio || 1;
    const sharp = Math.max(dense, 1.5);
    this.canvas.width = Math.round(box.width * sharp);
    this.canvas.height = Math.round(box.height * sharp);
    this.canvas.style.height = `${box.height}px`;
    const pen = this.pen = this.canvas.getContext('2d');
    pen.setTransform(sharp, 0, 0, sharp, 0, 0);
    pen.fillStyle = '#fff';
    pen.fillRect(0, 0, box.width, box.height);
    this.drawNodes();
    this.drawIsochrones();
    this.drawMarkers();
    this.drawAxes();
    this.drawBar();
  }

  drawNodes() {
    const {nx, ny} = this.grid, {left, top, w, h} = this.box;
    const small = this.small ||= document.createElement('canvas');
    small.width = nx;
    small.height = ny;
    const pen = small.getContext('2d'), image = pen.createImageData(nx, ny);
    const per = 254 / this.scale.steps;
    for (let j = 0, n = 0; j < ny; ++j)
      for (let i = 0; i < nx; ++i, ++n) {
        const code = this.codes[n], at = 4 * (i + nx * (ny - 1 - j));  // y points up
        const colour = this.colours[code === 0 ? 0 : 1 + Math.round((code - 1) * per)];
        image.data[at] = colour[0];
        image.data[at + 1] = colour[1];
        image.data[at + 2] = colour[2];
        image.data[at + 3] = 255;
      }
    pen.putImageData(image, 0, 0);
    this.pen.imageSmoothingEnabled = false;
    this.pen.drawImage(small, left, top, w, h);
  }

  /** CSS pixels of a place in node indices. */
  across(i) { return this.box.left + (i + 0.5) / this.grid.nx * this.box.w; }
  up(j) { return this.box.top + (1 - (j + 0.5) / this.grid.ny) * this.box.h; }

  drawIsochrones() {
    if (this.levels.length === 0) return;
    const path = new Path2D();
    contours(this.codes, this.grid.nx, this.grid.ny, this.levels.map(level => this.code(level)), (x1, y1, x2, y2) => {
      path.moveTo(this.across(x1), this.up(y1));
      path.lineTo(this.across(x2), this.up(y2));
    });
    for (const [width, colour] of [[2.4, 'rgba(0,0,0,.45)'], [0.9, '#fff']]) {
      this.pen.lineWidth = width;
      this.pen.strokeStyle = colour;
      this.pen.stroke(path);
    }
  }

  code(value) {
    return 1 + (value - this.scale.min) / (this.scale.max - this.scale.min) * this.scale.steps;
  }

  /** Probes: {name, x, y} in mm. */
  drawMarkers() {
    const pen = this.pen, {nx, ny, dx, dy, x0, y0} = this.grid;
    pen.font = '11px system-ui, sans-serif';
    for (const {name, x, y} of this.markers) {
      const at = [this.across((x - x0) / dx), this.up((y - y0) / dy)];
      pen.beginPath();
      pen.arc(...at, 3.5, 0, 7);
      pen.fillStyle = '#fff';
      pen.fill();
      pen.lineWidth = 1.5;
      pen.strokeStyle = '#000';
      pen.stroke();
      if (this.markers.length > 15) continue;
      const inside = x - x0 > 0.8 * nx * dx, low = y - y0 > 0.9 * ny * dy;
      pen.textAlign = inside ? 'right' : 'left';
      pen.textBaseline = low ? 'top' : 'bottom';
      const spot = [at[0] + (inside ? -5 : 5), at[1] + (low ? 4 : -3)];
      pen.lineWidth = 3;
      pen.strokeStyle = 'rgba(255,255,255,.85)';
      pen.strokeText(name, ...spot);
      pen.fillStyle = '#000';
      pen.fillText(name, ...spot);
    }
  }

  drawAxes() {
    const pen = this.pen, {left, top, w, h} = this.box, {nx, ny, dx, dy, x0, y0, x, y} = this.grid;
    pen.strokeStyle = '#444';
    pen.fillStyle = '#222';
    pen.lineWidth = 1;
    pen.font = '12px system-ui, sans-serif';
    pen.strokeRect(left + 0.5, top + 0.5, w - 1, h - 1);
    pen.textAlign = 'center';
    pen.textBaseline = 'top';
    for (const t of ticks(x0, x0 + (nx - 1) * dx, Math.max(2, Math.floor(w / 60)))) {
      const at = this.across((t - x0) / dx);
      pen.fillRect(at - 0.5, top + h, 1, 4);
      pen.fillText(significant(t, 6), at, top + h + 6);
    }
    pen.fillText(`${x} (mm)`, left + w / 2, top + h + 22);
    pen.textAlign = 'right';
    pen.textBaseline = 'middle';
    for (const t of ticks(y0, y0 + (ny - 1) * dy, Math.max(1, Math.floor(h / 36)))) {
      const at = this.up((t - y0) / dy);
      pen.fillRect(left - 4, at - 0.5, 4, 1);
      pen.fillText(significant(t, 6), left - 6, at);
    }
    pen.save();
    pen.translate(10, top + h / 2);
    pen.rotate(-Math.PI / 2);
    pen.textAlign = 'center';
    pen.fillText(`${y} (mm)`, 0, 0);
    pen.restore();
  }

  drawBar() {
    const pen = this.pen, {left, top, w, h, width} = this.box, {min, max, unit} = this.scale;
    const at = top + h + 44, long = Math.min(Math.max(w, 200), width - left - 36);
    for (let i = 0; i < 255; ++i) {
      pen.fillStyle = `rgb(${this.colours[i + 1].join()})`;
      pen.fillRect(left + long * i / 255, at, long / 255 + 0.6, 13);
    }
    pen.strokeStyle = '#444';
    pen.lineWidth = 1;
    pen.strokeRect(left + 0.5, at + 0.5, long, 12);
    pen.fillStyle = '#222';
    pen.textAlign = 'center';
    pen.textBaseline = 'top';
    for (const t of ticks(min, max, Math.max(2, Math.floor(long / 62)))) {
      const place = max > min ? left + (t - min) / (max - min) * long : left + long / 2;
      pen.fillRect(place - 0.5, at + 13, 1, 4);
      pen.fillText(significant(t, 6), place, at + 19);
    }
    pen.textAlign = 'left';
    pen.textBaseline = 'middle';
    pen.fillText(unit, left + long + 6, at + 7);
  }

  /** Writes what is under the pointer. */
  point(px, py) {
    this.pointer = [px, py];
    if (!this.box) return;
    const {left, top, w, h} = this.box, {nx, ny, dx, dy, x0, y0, x, y} = this.grid;
    const i = Math.floor((px - left) / w * nx), j = Math.floor((1 - (py - top) / h) * ny);
    if (i < 0 || j < 0 || i >= nx || j >= ny) {
      this.readout.textContent = '';
      return;
    }
    const code = this.codes[i + nx * j], step = Math.max((this.scale.max - this.scale.min) / this.scale.steps, 0.01);
    this.readout.textContent = `${x} ${written(x0 + i * dx, dx / 10)} mm, ${y} ${written(y0 + j * dy, dy / 10)} mm: ` +
        (code ? `${written(this.value(code), step / 2)} ${this.scale.unit}`.trim() : 'no value');
  }
}

/** Calls line(x1, y1, x2, y2), in node indices, for the pieces of the lines at `levels` (codes, ascending). */
function contours(codes, nx, ny, levels, line) {
  const EDGES = [null, [[3, 0]], [[0, 1]], [[3, 1]], [[1, 2]], [[3, 0], [1, 2]], [[0, 2]], [[3, 2]],
                 [[2, 3]], [[2, 0]], [[0, 1], [2, 3]], [[2, 1]], [[1, 3]], [[1, 0]], [[0, 3]], null];
  for (let j = 0; j + 1 < ny; ++j)
    for (let i = 0; i + 1 < nx; ++i) {
      const n = i + nx * j;
      const a = codes[n], b = codes[n + 1], c = codes[n + nx + 1], d = codes[n + nx];
      if (a === 0 || b === 0 || c === 0 || d === 0) continue;
      const low = Math.min(a, b, c, d), high = Math.max(a, b, c, d);
      for (const level of levels) {
        if (level <= low) continue;
        if (level > high) break;
        const cut = (from, to) => (level - from) / (to - from);
        const ends = [() => [i + cut(a, b), j], () => [i + 1, j + cut(b, c)], () => [i + cut(d, c), j + 1],
                      () => [i, j + cut(a, d)]];
        const kind = (a >= level) + 2 * (b >= level) + 4 * (c >= level) + 8 * (d >= level);
        for (const [from, to] of EDGES[kind] || []) line(...ends[from](), ...ends[to]());
      }
    }
}
