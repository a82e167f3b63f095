// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
// Packed arrays of the page: base64 of a zlib stream, see src/protocols/report_encoding.hpp.
'use strict';

/** The bytes of a blob. */
async function unpack(place) {
  const text = atob(document.getElementById(`blob${place}`).textContent);
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; ++i) bytes[i] = text.charCodeAt(i);
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('deflate'));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/** Doubles, stored as all first bytes, then all second ones. */
async function unpackDoubles(place) {
  const bytes = await unpack(place), n = bytes.length / 8;
  const joined = new Uint8Array(8 * n);
  for (let b = 0; b < 8; ++b)
    for (let i = 0; i < n; ++i) joined[8 * i + b] = bytes[b * n + i];
  return new Float64Array(joined.buffer);
}

/** Whole numbers, stored as differences from the one before, modulo 2^32: all first bytes, then all second ones. */
async function unpackNumbers(place) {
  const bytes = await unpack(place), n = bytes.length / 4, numbers = new Int32Array(n);
  for (let i = 0, number = 0; i < n; ++i) {
    number = number + (bytes[i] | bytes[n + i] << 8 | bytes[2 * n + i] << 16 | bytes[3 * n + i] << 24) | 0;
    numbers[i] = number;
  }
  return numbers;
}

/** Turns differences from left + below - left below, in every layer of nx by ny nodes, into codes. */
function addNeighbours(codes, nx, ny) {
  for (let first = 0; first < codes.length; first += nx * ny) {
    for (let i = 1; i < nx; ++i) codes[first + i] += codes[first + i - 1];  // modulo 256 or 65536, as all of these
    for (let row = first + nx; row < first + nx * ny; row += nx) {
      codes[row] += codes[row - nx];
      for (let n = row + 1; n < row + nx; ++n) codes[n] += codes[n - 1] + codes[n - nx] - codes[n - nx - 1];
    }
  }
}

/** A map as 16-bit codes: 0 for no value, else 1 to 65535 from its least to its largest value. */
async function unpackMap(place, [nx, ny]) {
  const bytes = await unpack(place), codes = new Uint16Array(bytes.length / 2);
  for (let n = 0; n < codes.length; ++n) codes[n] = bytes[n] + 256 * bytes[n + codes.length];
  addNeighbours(codes, nx, ny);
  return codes;
}

/** Frames of V; a chunk of them is unpacked when one of its frames is looked at, and kept. */
class Frames {
  constructor(movie, [nx, ny, nz]) {
    Object.assign(this, {movie, nx, ny, size: nx * ny * nz});
    this.chunks = new Map();
  }

  /** 8-bit codes of frame k: 0 for no value, else 1 to 255 from the least to the largest value of all. */
  async frame(k) {
    const many = this.movie.frames_in_chunk;
    return (await this.chunk(Math.floor(k / many)))[k % many];
  }

  chunk(c) {
    if (!this.chunks.has(c)) this.chunks.set(c, this.unpackChunk(c));
    return this.chunks.get(c);
  }

  /** Unpacks the frames that come next, while others are shown. */
  prepare(k) {
    const c = Math.floor(k / this.movie.frames_in_chunk);
    if (c < this.movie.blobs.length) this.chunk(c);
  }

  async unpackChunk(c) {
    const bytes = await unpack(this.movie.blobs[c]), frames = [];
    for (let at = 0; at < bytes.length; at += this.size + 1) {
      const codes = bytes.subarray(at + 1, at + 1 + this.size);
      if (bytes[at] === 0) addNeighbours(codes, this.nx, this.ny);
      else frames[frames.length - 1].forEach((code, i) => { codes[i] += code; });
      frames.push(codes);
    }
    return frames;
  }
}
