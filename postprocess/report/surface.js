// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
// The surface of a mesh of elements: its shape, the directions it is seen from, and which piece of it each pixel shows.
'use strict';

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

  /** [3 * triangle], twice the area vectors. */
  faceNormals() {
    const [X, Y, Z] = this.axes, normals = new Float32Array(3 * this.count);
    for (let p = 0; p < this.count; ++p) {
      const a = this.pieces[3 * p], b = this.pieces[3 * p + 1], c = this.pieces[3 * p + 2];
      const ux = X[b] - X[a], uy = Y[b] - Y[a], uz = Z[b] - Z[a], vx = X[c] - X[a], vy = Y[c] - Y[a], vz = Z[c] - Z[a];
      normals[3 * p] = uy * vz - uz * vy;
      normals[3 * p + 1] = uz * vx - ux * vz;
      normals[3 * p + 2] = ux * vy - uy * vx;
    }
    return normals;
  }

  /** [3 * (corner of a piece)]: of the faces around a node those that are not beyond an edge sharper than 45 degrees. */
  cornerNormals() {
    const faces = this.faceNormals(), first = new Int32Array(this.nodes + 1);
    for (const node of this.pieces) ++first[node + 1];
    for (let n = 0; n < this.nodes; ++n) first[n + 1] += first[n];
    const around = new Int32Array(this.pieces.length), next = first.slice();
    this.pieces.forEach((node, k) => { around[next[node]++] = Math.floor(k / 3); });
    const lengths = new Float32Array(this.count), normals = new Float32Array(3 * this.pieces.length);
    for (let p = 0; p < this.count; ++p) lengths[p] = Math.sqrt(faces[3 * p] ** 2 + faces[3 * p + 1] ** 2 + faces[3 * p + 2] ** 2);
    this.pieces.forEach((node, k) => {
      const p = Math.floor(k / 3), x = faces[3 * p], y = faces[3 * p + 1], z = faces[3 * p + 2];
      let sx = 0, sy = 0, sz = 0;
      for (let i = first[node]; i < first[node + 1]; ++i) {
        const q = around[i], qx = faces[3 * q], qy = faces[3 * q + 1], qz = faces[3 * q + 2], along = x * qx + y * qy + z * qz;
        // Faces of a surface in space need not have the same side up.
        if (Math.abs(along) < 0.7 * lengths[p] * lengths[q]) continue;
        const sign = along < 0 ? -1 : 1;
        sx += sign * qx;
        sy += sign * qy;
        sz += sign * qz;
      }
      const length = Math.sqrt(sx * sx + sy * sy + sz * sz) || 1;
      normals[3 * k] = sx / length;
      normals[3 * k + 1] = sy / length;
      normals[3 * k + 2] = sz / length;
    });
    return normals;
  }

  /** The direction across which the mesh lies flat, or null. */
  flatAcross() {
    const candidates = [[0, 0, 1], [0, -1, 0], [1, 0, 0]];
    if (this.corners === 3 && this.count > 0) candidates.push(unit(Array.from(this.faceNormals().subarray(0, 3))));
    const [X, Y, Z] = this.axes;
    return candidates.find(([x, y, z]) => {
      const height = x * X[0] + y * Y[0] + z * Z[0];
      return X.every((_, n) => Math.abs(x * X[n] + y * Y[n] + z * Z[n] - height) <= 1e-3 * this.size);
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
    const along = axes.map(([x, y, z]) => {
      const values = new Float32Array(X.length);
      for (let n = 0; n < values.length; ++n) values[n] = x * X[n] + y * Y[n] + z * Z[n];
      return values;
    });
    const ends = along.map(values => [values.reduce((a, b) => Math.min(a, b)), values.reduce((a, b) => Math.max(a, b))]);
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

  /** Columns and rows of the nodes in a view. */
  pixels(view) {
    const {along: [right, up], left, top} = this.places[view], x = new Float32Array(right.length), y = new Float32Array(right.length);
    for (let n = 0; n < x.length; ++n) {
      x[n] = left + this.scale * right[n];
      y[n] = top - this.scale * up[n];
    }
    return [x, y];
  }

  fill(view) {
    const {along: [, , depth], axes} = this.places[view], {pieces, corners, count} = this.shape, [x, y] = this.pixels(view);
    this.towards = axes[2];
    this.light = unit(axes[2].map((each, a) => each + 0.5 * axes[1][a] - 0.35 * axes[0][a]));
    this.from = Math.floor(view * this.width / this.views);
    this.to = Math.floor((view + 1) * this.width / this.views) - 1;
    for (let p = 0; p < count; ++p) {
      const a = pieces[corners * p], b = pieces[corners * p + 1], c = pieces[corners * p + 2];
      if (corners === 3) this.fillTriangle(p, x[a], y[a], depth[a], x[b], y[b], depth[b], x[c], y[c], depth[c]);
      else this.fillSegment(p, x[a], y[a], depth[a], x[b], y[b], depth[b]);
    }
  }

  /** 0 to 255 of a corner of a piece; both sides are lit. */
  brightness(corner) {
    const {normals} = this.shape, x = normals[3 * corner], y = normals[3 * corner + 1], z = normals[3 * corner + 2], {towards, light} = this;
    const side = x * towards[0] + y * towards[1] + z * towards[2] < 0 ? -1 : 1;
    return 255 * (0.55 + 0.45 * Math.max(0, side * (x * light[0] + y * light[1] + z * light[2])));
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

  fillTriangle(p, xa, ya, za, xb, yb, zb, xc, yc, zc) {
    const area = (xb - xa) * (yc - ya) - (xc - xa) * (yb - ya);
    if (Math.abs(area) < 1e-9) return;
    // Pixels whose middle may lie inside.
    const x0 = Math.max(this.from, Math.ceil(Math.min(xa, xb, xc) - 0.501)), x1 = Math.min(this.to, Math.floor(Math.max(xa, xb, xc) - 0.499));
    const y0 = Math.max(0, Math.ceil(Math.min(ya, yb, yc) - 0.501)), y1 = Math.min(this.height - 1, Math.floor(Math.max(ya, yb, yc) - 0.499));
    if (x0 > x1 || y0 > y1) return;
    const sa = this.brightness(3 * p), sb = this.brightness(3 * p + 1), sc = this.brightness(3 * p + 2);
    for (let y = y0; y <= y1; ++y)
      for (let x = x0; x <= x1; ++x) {
        const dx = x + 0.5 - xa, dy = y + 0.5 - ya;
        const b = (dx * (yc - ya) - (xc - xa) * dy) / area, c = ((xb - xa) * dy - dx * (yb - ya)) / area, a = 1 - b - c;
        if (a < -1e-5 || b < -1e-5 || c < -1e-5) continue;
        this.put(x, y, p, b, c, a * za + b * zb + c * zc, a * sa + b * sb + c * sc);
      }
  }

  /** A line three pixels wide. */
  fillSegment(p, xa, ya, za, xb, yb, zb) {
    const r = 1.5, wx = xb - xa, wy = yb - ya, square = Math.max(wx * wx + wy * wy, 1e-9);
    const x1 = Math.min(this.to, Math.ceil(Math.max(xa, xb) + r)), y1 = Math.min(this.height - 1, Math.ceil(Math.max(ya, yb) + r));
    for (let y = Math.max(0, Math.floor(Math.min(ya, yb) - r)); y <= y1; ++y)
      for (let x = Math.max(this.from, Math.floor(Math.min(xa, xb) - r)); x <= x1; ++x) {
        const dx = x + 0.5 - xa, dy = y + 0.5 - ya, b = Math.min(1, Math.max(0, (dx * wx + dy * wy) / square));
        if (Math.hypot(dx - b * wx, dy - b * wy) <= r) this.put(x, y, p, b, 0, za + b * (zb - za), 255);
      }
  }
}
