// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
// Pictures of node values on the surface of a mesh of elements, to be turned by dragging.
'use strict';

const WHITE = [255, 255, 255];  // lines

/** As FieldFigure, of a SurfaceShape; codes are those of its nodes. */
class SurfaceFigure extends FieldFigure {
  constructor(parent, scale, label, shape) {
    super(parent, scale, label);
    this.shape = shape;
    this.canvas.classList.add('surface');
    this.canvas.figure = this;
    this.addTurning();
    shape.camera.watchers.push(() => { if (this.turned !== shape.camera.version) this.draw(); });
  }

  set(codes) { super.set(this.shape, codes); }

  addTurning() {
    const camera = this.shape.camera;
    this.canvas.addEventListener('pointerdown', event => {
      this.drag = [event.clientX, event.clientY];
      if (event.isTrusted) this.canvas.setPointerCapture(event.pointerId);
    });
    this.canvas.addEventListener('pointermove', event => {
      if (!this.drag) return;
      camera.look(camera.azimuth - 0.5 * (event.clientX - this.drag[0]), camera.elevation + 0.5 * (event.clientY - this.drag[1]));
      this.drag = [event.clientX, event.clientY];
      this.soon ||= requestAnimationFrame(() => { this.soon = 0; this.draw(); });
    });
    for (const event of ['pointerup', 'pointercancel'])
      this.canvas.addEventListener(event, () => { this.drag = null; camera.settle(); });
    this.canvas.addEventListener('dblclick', () => { camera.look(...camera.start); camera.settle(); });
  }

  /** Sizes in CSS pixels; a flat mesh has a picture of its own form, a body square ones. */
  place() {
    const {camera} = this.shape, width = this.canvas.parentElement.clientWidth, left = 14, top = 8, w = Math.max(60, width - 2 * left);
    let h = w / camera.views;
    if (camera.views === 1) {
      const [right, up] = camera.axes(0).map(axis => axis.reduce((sum, each, a) => sum + Math.abs(each) * (this.shape.high[a] - this.shape.low[a]), 0));
      h = w * Math.min(1, Math.max(0.25, up / Math.max(right, 1e-9)));
    }
    h = Math.min(h, 460);
    return {left, top, w, h, width, height: top + h + 80};
  }

  drawNodes() {
    const {left, top, w, h} = this.box, sharp = this.canvas.width / this.box.width;
    const view = this.view = this.shape.projection(Math.round(w * sharp), Math.round(h * sharp));
    this.turned = this.shape.camera.version;
    const small = this.small ||= document.createElement('canvas');
    small.width = view.width;
    small.height = view.height;
    const pen = small.getContext('2d'), image = pen.createImageData(view.width, view.height);
    this.paint(view, new Uint32Array(image.data.buffer), this.steepness(view), sharp);
    pen.putImageData(image, 0, 0);
    this.pen.imageSmoothingEnabled = false;
    this.pen.drawImage(small, left, top, w, h);
  }

  /** The code at a pixel, between those of the corners; 0 if one of them has no value. */
  codeAt(view, at) {
    const {pieces, corners} = this.shape, first = corners * view.piece[at];
    const a = this.codes[pieces[first]], b = this.codes[pieces[first + 1]], c = corners === 3 ? this.codes[pieces[first + 2]] : b;
    if (a === 0 || b === 0 || c === 0) return 0;
    const u = view.second[at], v = view.third[at];
    return a + u * (b - a) + v * (c - a);
  }

  /** By how much the code changes from pixel to pixel, of each piece and view; where lines are drawn only. */
  steepness(view) {
    if (this.levels.length === 0 || this.shape.corners !== 3) return null;
    const {pieces, count} = this.shape;
    return view.places.map(({along: [right, up]}) => new Float32Array(count).map((_, p) => {
      const a = pieces[3 * p], b = pieces[3 * p + 1], c = pieces[3 * p + 2];
      const xb = right[b] - right[a], yb = up[b] - up[a], xc = right[c] - right[a], yc = up[c] - up[a];
      const vb = this.codes[b] - this.codes[a], vc = this.codes[c] - this.codes[a];
      return Math.sqrt((vb * yc - vc * yb) ** 2 + (vc * xb - vb * xc) ** 2) / (Math.abs(xb * yc - xc * yb) * view.scale || 1);
    }));
  }

  paint(view, pixels, steepness, sharp) {
    const per = 254 / this.scale.steps, lines = this.lineCodes();
    for (let at = 0; at < pixels.length; ++at) {
      if (view.piece[at] < 0) continue;
      const code = this.codeAt(view, at);
      let colour = this.colours[code === 0 ? 0 : 1 + Math.round((code - 1) * per)], bright = view.shade[at] / 255;
      if (steepness && code > 0) {
        const slope = steepness[Math.floor(at % view.width * view.views / view.width)][view.piece[at]];
        const k = Math.min(lines.count - 1, Math.max(0, Math.round((code - lines.first) / lines.step)));
        const far = Math.abs(code - lines.first - k * lines.step) / Math.max(slope, 1e-9) / sharp;  // CSS pixels
        if (far < 0.45) [colour, bright] = [WHITE, 1];
        else if (far < 1.1) bright *= 0.6;
      }
      pixels[at] = 0xff000000 | Math.round(colour[2] * bright) << 16 | Math.round(colour[1] * bright) << 8 | Math.round(colour[0] * bright);
    }
  }

  lineCodes() {
    const codes = this.levels.map(level => this.code(level));
    return {first: codes[0], step: codes.length > 1 ? codes[1] - codes[0] : 1, count: codes.length};
  }

  drawIsochrones() {}  // are in the picture, so that what lies behind is hidden

  /** Probes that are to be seen: {name, x, y, z} in mm. */
  drawMarkers() {
    const {left, top, w, h} = this.box, view = this.view, pen = this.pen;
    pen.font = '11px system-ui, sans-serif';
    pen.textAlign = 'left';
    pen.textBaseline = 'bottom';
    for (const {name, x, y, z} of this.markers)
      for (let v = 0; v < view.views; ++v) {
        const [column, row, depth] = view.pixel(v, [x, y, z]), at = Math.floor(column) + view.width * Math.floor(row);
        if (!(view.depth[at] > -Infinity) || depth < view.depth[at] - 0.02 * this.shape.size) continue;
        const spot = [left + column * w / view.width, top + row * h / view.height];
        pen.beginPath();
        pen.arc(...spot, 3.5, 0, 7);
        pen.fillStyle = '#fff';
        pen.fill();
        pen.lineWidth = 1.5;
        pen.strokeStyle = '#000';
        pen.stroke();
        if (this.markers.length > 15) continue;
        pen.lineWidth = 3;
        pen.strokeStyle = 'rgba(255,255,255,.85)';
        pen.strokeText(name, spot[0] + 5, spot[1] - 3);
        pen.fillStyle = '#000';
        pen.fillText(name, spot[0] + 5, spot[1] - 3);
      }
  }

  /** Where x, y and z point, of each view, and a length. */
  drawAxes() {
    const {left, top, w, h} = this.box, pen = this.pen, view = this.view;
    pen.strokeStyle = pen.fillStyle = '#222';
    pen.lineWidth = 1;
    pen.font = '12px system-ui, sans-serif';
    pen.textAlign = 'center';
    pen.textBaseline = 'middle';
    view.places.forEach(({axes}, v) => {
      const from = [left + w * v / view.views + 22, top + h + 18];
      for (let a = 0; a < 3; ++a) {
        const [dx, dy] = [axes[0][a], -axes[1][a]];
        if (Math.hypot(dx, dy) < 0.15) continue;
        pen.beginPath();
        pen.moveTo(...from);
        pen.lineTo(from[0] + 13 * dx, from[1] + 13 * dy);
        pen.stroke();
        pen.fillText('xyz'[a], from[0] + 20 * dx, from[1] + 20 * dy);
      }
    });
    const perMm = view.scale * w / view.width, length = niceStep(0.3 * w / view.views / perMm, 1), right = left + w - 4;
    pen.fillRect(right - length * perMm, top + h + 20, length * perMm, 3);
    pen.textAlign = 'right';
    pen.fillText(`${significant(length, 3)} mm`, right, top + h + 10);
  }

  /** Writes what is under the pointer. */
  point(px, py) {
    this.pointer = [px, py];
    if (!this.view) return;
    const {left, top, w, h} = this.box, view = this.view, {pieces, corners} = this.shape;
    const column = Math.floor((px - left) / w * view.width), row = Math.floor((py - top) / h * view.height);
    const at = column + view.width * row;
    if (column < 0 || row < 0 || column >= view.width || row >= view.height || view.piece[at] < 0) {
      this.readout.textContent = '';
      return;
    }
    const weights = [1 - view.second[at] - view.third[at], view.second[at], view.third[at]].slice(0, corners);
    const place = this.shape.axes.map(axis => weights.reduce((sum, weight, k) => sum + weight * axis[pieces[corners * view.piece[at] + k]], 0));
    const code = this.codeAt(view, at), step = Math.max((this.scale.max - this.scale.min) / this.scale.steps, 0.01);
    this.readout.textContent = place.map((each, a) => `${'xyz'[a]} ${written(each, this.shape.size / 1e3)} mm`).join(', ') + ': ' +
        (code ? `${written(this.value(code), step / 2)} ${this.scale.unit}`.trim() : 'no value');
  }
}

/** A choice of the direction, for all pictures. */
function directionChoice(shape) {
  const {camera} = shape;
  const choice = element('select', {'aria-label': 'direction'},
                         ...Object.keys(DIRECTIONS).map(name => element('option', {value: name, textContent: name})));
  choice.value = Object.keys(DIRECTIONS).find(name => DIRECTIONS[name].join() === camera.start.join()) || 'oblique';
  choice.addEventListener('change', () => { camera.look(...DIRECTIONS[choice.value]); camera.settle(); });
  return choice;
}
