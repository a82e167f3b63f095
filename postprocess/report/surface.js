// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
// The surface of a mesh of elements: its shape, the directions it is seen from, and which piece of it each pixel shows.
'use strict';

const cross = (a, b) => [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
const dot = (a, b) => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
const unit = a => a.map(each => each / (Math.hypot(...a) || 1));

/** Nodes and pieces, which are triangles (3 corners) or segments (2), as src/protocols/report_surface.cpp packs them. */
class SurfaceShape {
  static async load(info) {
    const axes = await Promise.all(info.positions_mm.map(async ({min, max, blob}) =>
        Float32Array.from(await unpackMap(blob, [info.shown, 1]), code => min + (max - min) * (code - 1) / 65534)));
    return new SurfaceShape(info, axes, await unpackNumbers(info.pieces));
  }

  constructor(info, axes, pieces) {
    Object.assign(this, {info, axes, pieces, corners: info.corners, nodes: info.shown, count: pieces.length / info.corners});
    this.low = info.positions_mm.map(axis => axis.min);
    this.high = info.positions_mm.map(axis => axis.max);
    this.size = Math.hypot(...this.high.map((high, a) => high - this.low[a]));
    this.normals = this.corners === 3 ? this.cornerNormals() : null;
    this.camera = new Camera(this.flatAcross());
  }

  position(node) { return this.axes.map(axis => axis[node]); }

  /** Twice the area vector of a triangle. */
  faceNormal(piece) {
    const [a, b, c] = [0, 1, 2].map(k => this.position(this.pieces[3 * piece + k]));
    return cross(b.map((x, i) => x - a[i]), c.map((x, i) => x - a[i]));
  }

  /** [3 * (corner of a piece)]: of the faces around a node those that are not beyond an edge sharper than 45 degrees. */
  cornerNormals() {
    const faces = new Float32Array(3 * this.count), first = new Int32Array(this.nodes + 1);
    for (let p = 0; p < this.count; ++p) faces.set(this.faceNormal(p), 3 * p);
    for (const node of this.pieces) ++first[node + 1];
    for (let n = 0; n < this.nodes; ++n) first[n + 1] += first[n];
    const around = new Int32Array(this.pieces.length), next = first.slice();
    this.pieces.forEach((node, k) => { around[next[node]++] = Math.floor(k / 3); });
    const lengths = Float32Array.from({length: this.count}, (_, p) => Math.hypot(faces[3 * p], faces[3 * p + 1], faces[3 * p + 2]));
    const normals = new Float32Array(3 * this.pieces.length);
    this.pieces.forEach((node, k) => {
      const p = Math.floor(k / 3), x = faces[3 * p], y = faces[3 * p + 1], z = faces[3 * p + 2];
      const sum = [0, 0, 0];
      for (let i = first[node]; i < first[node + 1]; ++i) {
        const q = around[i], along = x * faces[3 * q] + y * faces[3 * q + 1] + z * faces[3 * q + 2];
        // Faces of a surface in space need not have the same side up.
        if (Math.abs(along) < 0.7 * lengths[p] * lengths[q]) continue;
        const sign = along < 0 ? -1 : 1;
        for (let a = 0; a < 3; ++a) sum[a] += sign * faces[3 * q + a];
      }
      normals.set(unit(sum), 3 * k);
    });
    return normals;
  }

  /** The direction across which the mesh lies flat, or null. */
  flatAcross() {
    const candidates = [[0, 0, 1], [0, -1, 0], [1, 0, 0]];
    if (this.corners === 3 && this.count > 0) candidates.push(unit(this.faceNormal(0)));
    const from = this.position(0);
    return candidates.find(normal => {
      const height = dot(normal, from);
      for (let n = 0; n < this.nodes; ++n)
        if (Math.abs(dot(normal, this.position(n)) - height) > 1e-3 * this.size) return false;
      return true;
    }) || null;
  }

  /** What a reader must know of nodes that are left out. */
  text() {
    const {nodes, elements, dimension, surface_nodes: all, shown} = this.info;
    const part = dimension === 3 ? 'nodes of its surface' : 'nodes';
    return `mesh of ${grouped(nodes)} nodes and ${grouped(elements)} elements; ` +
        (shown < all ? `${grouped(shown)} of ${grouped(all)} ${part} are shown` : `all ${grouped(all)} ${part} are shown`) +
        (dimension === 3 ? ', the inside is not' : '');
  }

  /** Which piece each pixel shows, seen as the camera says; kept until it turns. */
  projection(width, height) {
    if (this.kept?.version !== this.camera.version) this.kept = {version: this.camera.version, all: new Map()};
    const key = `${width}x${height}`;
    if (!this.kept.all.has(key)) this.kept.all.set(key, new Projection(this, width, height));
    return this.kept.all.get(key);
  }
}

const DIRECTIONS = {oblique: [-30, 25], front: [0, 0], right: [90, 0], back: [180, 0], left: [-90, 0], top: [0, 90], bottom: [0, -90]};

/** Degrees around z from -y, and above the plane of x and y. All pictures of a page are turned together. */
class Camera {
  constructor(flatAcross) {
    this.start = DIRECTIONS.oblique;
    if (flatAcross) {
      const [x, y, z] = flatAcross.map(each => each * 180 / Math.PI), upright = Math.abs(flatAcross[2]) > 0.999;
      this.start = upright ? DIRECTIONS.top : [Math.atan2(x, -y) * 180 / Math.PI, Math.asin(z * Math.PI / 180) * 180 / Math.PI];
    }
    // A body is seen from two sides.
    this.views = flatAcross ? 1 : 2;
    this.watchers = [];
    this.version = 0;
    [this.azimuth, this.elevation] = this.start;
  }

  look(azimuth, elevation) {
    this.azimuth = azimuth;
    this.elevation = Math.min(90, Math.max(-90, elevation));
    ++this.version;
  }

  /** Tells all pictures that have not turned along. */
  settle() { this.watchers.forEach(draw => draw()); }

  /** Unit vectors to the right, up, and towards the viewer; the second view is from behind. */
  axes(view) {
    const a = (this.azimuth + 180 * view) * Math.PI / 180, e = this.elevation * Math.PI / 180;
    return [[Math.cos(a), Math.sin(a), 0], [-Math.sin(e) * Math.sin(a), Math.sin(e) * Math.cos(a), Math.cos(e)],
            [Math.cos(e) * Math.sin(a), -Math.cos(e) * Math.cos(a), Math.sin(e)]];
  }
}

/** The pixels of all views side by side: which piece, where in it, how bright. */
class Projection {
  constructor(shape, width, height) {
    Object.assign(this, {shape, width, height, views: shape.camera.views});
    this.piece = new Int32Array(width * height).fill(-1);
    this.second = new Float32Array(width * height);  // weights of the second and third corner
    this.third = new Float32Array(width * height);
    this.shade = new Uint8Array(width * height);
    this.depth = new Float32Array(width * height).fill(-Infinity);
    this.places = Array.from({length: this.views}, (_, view) => this.turned(shape.camera.axes(view)));
    this.fit();
    for (let view = 0; view < this.views; ++view) this.fill(view);
  }

  /** Nodes as the viewer has them [mm]: to the right, up, towards. */
  turned(axes) {
    const [X, Y, Z] = this.shape.axes;
    const along = axes.map(([x, y, z]) => Float32Array.from(X, (_, n) => x * X[n] + y * Y[n] + z * Z[n]));
    const ends = along.map(values => values.reduce(([low, high], v) => [Math.min(low, v), Math.max(high, v)], [Infinity, -Infinity]));
    return {axes, along, ends};
  }

  /** One scale [pixels a mm] for all views, each in the middle of its place. */
  fit() {
    const wide = this.width / this.views, room = 0.94;
    this.scale = Math.min(...this.places.map(({ends: [x, y]}) => Math.min(room * wide / Math.max(x[1] - x[0], 1e-3 * this.shape.size),
                                                                         room * this.height / Math.max(y[1] - y[0], 1e-3 * this.shape.size))));
    this.places.forEach((place, view) => {
      const [x, y] = place.ends;
      place.left = wide * (view + 0.5) - this.scale * (x[0] + x[1]) / 2;
      place.top = this.height / 2 + this.scale * (y[0] + y[1]) / 2;
    });
  }

  /** [column, row, towards the viewer] of a point [mm]. */
  pixel(view, point) {
    const {axes, left, top} = this.places[view];
    return [left + this.scale * dot(axes[0], point), top - this.scale * dot(axes[1], point), dot(axes[2], point)];
  }

  fill(view) {
    const {along: [right, up, towards], left, top, axes} = this.places[view], {pieces, corners} = this.shape;
    const light = unit(axes[2].map((each, a) => each + 0.5 * axes[1][a] - 0.35 * axes[0][a]));
    const edges = [Math.floor(view * this.width / this.views), Math.floor((view + 1) * this.width / this.views)];
    for (let p = 0; p < this.shape.count; ++p) {
      const at = [];
      for (let k = 0; k < corners; ++k) {
        const node = pieces[corners * p + k];
        at.push([left + this.scale * right[node], top - this.scale * up[node], towards[node], this.brightness(corners * p + k, axes[2], light)]);
      }
      if (corners === 3) this.fillTriangle(p, at, edges);
      else this.fillSegment(p, at, edges);
    }
  }

  /** 0 to 255 of a corner of a piece; both sides are lit. */
  brightness(corner, towards, light) {
    if (!this.shape.normals) return 255;
    const normal = this.shape.normals.subarray(3 * corner, 3 * corner + 3), side = dot(normal, towards) < 0 ? -1 : 1;
    return 255 * (0.55 + 0.45 * Math.max(0, side * dot(normal, light)));
  }

  put(x, y, p, second, third, depth, shade) {
    const at = x + this.width * y;
    if (depth <= this.depth[at]) return;
    this.depth[at] = depth;
    this.piece[at] = p;
    this.second[at] = second;
    this.third[at] = third;
    this.shade[at] = shade;
  }

  fillTriangle(p, [[xa, ya, za, sa], [xb, yb, zb, sb], [xc, yc, zc, sc]], [left, right]) {
    const area = (xb - xa) * (yc - ya) - (xc - xa) * (yb - ya);
    if (Math.abs(area) < 1e-9) return;
    const x1 = Math.min(right - 1, Math.ceil(Math.max(xa, xb, xc))), y1 = Math.min(this.height - 1, Math.ceil(Math.max(ya, yb, yc)));
    for (let y = Math.max(0, Math.floor(Math.min(ya, yb, yc))); y <= y1; ++y)
      for (let x = Math.max(left, Math.floor(Math.min(xa, xb, xc))); x <= x1; ++x) {
        const dx = x + 0.5 - xa, dy = y + 0.5 - ya;
        const b = (dx * (yc - ya) - (xc - xa) * dy) / area, c = ((xb - xa) * dy - dx * (yb - ya)) / area, a = 1 - b - c;
        if (a < -1e-5 || b < -1e-5 || c < -1e-5) continue;
        this.put(x, y, p, b, c, a * za + b * zb + c * zc, a * sa + b * sb + c * sc);
      }
  }

  /** A line three pixels wide. */
  fillSegment(p, [[xa, ya, za], [xb, yb, zb]], [left, right]) {
    const r = 1.5, wx = xb - xa, wy = yb - ya, square = Math.max(wx * wx + wy * wy, 1e-9);
    const x1 = Math.min(right - 1, Math.ceil(Math.max(xa, xb) + r)), y1 = Math.min(this.height - 1, Math.ceil(Math.max(ya, yb) + r));
    for (let y = Math.max(0, Math.floor(Math.min(ya, yb) - r)); y <= y1; ++y)
      for (let x = Math.max(left, Math.floor(Math.min(xa, xb) - r)); x <= x1; ++x) {
        const dx = x + 0.5 - xa, dy = y + 0.5 - ya, b = Math.min(1, Math.max(0, (dx * wx + dy * wy) / square));
        if (Math.hypot(dx - b * wx, dy - b * wy) <= r) this.put(x, y, p, b, 0, za + b * (zb - za), 255);
      }
  }
}
