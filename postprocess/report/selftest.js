// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
// With #selftest in the address the page checks itself in the browser and writes what it found into
// an element "selftest", one line of JSON for each check: {"check": ..., "good": ..., "detail": ...}.
'use strict';

const soon = ms => new Promise(done => setTimeout(done, ms));

/** Waits until `true` is returned, at most two seconds. */
async function until(condition) {
  for (let k = 0; k < 100 && !condition(); ++k) await soon(20);
  return Boolean(condition());
}

/** Read from a copy, so that the browser keeps drawing the canvas as before. */
function pixels(canvas) {
  const copy = Object.assign(document.createElement('canvas'), {width: canvas.width, height: canvas.height});
  const pen = copy.getContext('2d', {willReadFrequently: true});
  pen.drawImage(canvas, 0, 0);
  return pen.getImageData(0, 0, canvas.width, canvas.height).data;
}

/** A number that changes with the pixels. */
function signature(canvas) {
  let sum = 7;
  for (const value of pixels(canvas)) sum = (31 * sum + value) % 1000000007;
  return sum;
}

function colours(canvas) {
  const seen = new Set();
  new Uint32Array(pixels(canvas).buffer).forEach(colour => seen.add(colour));
  return seen.size;
}

function move(control, value, event = 'input') {
  control.value = value;
  control.dispatchEvent(new Event(event));
}

async function selfTest() {
  const lines = [];
  const check = (name, good, detail = '') => lines.push(JSON.stringify({check: name, good: Boolean(good), detail: String(detail)}));
  try {
    await until(() => document.documentElement.dataset.doneMs);
    await soon(50);
    const canvases = [...document.querySelectorAll('canvas')];
    canvases.forEach((canvas, c) => check(`canvas ${c} is painted`, colours(canvas) > 3, colours(canvas)));
    if (window.movie) await testMovie(window.movie, check);
    await testMaps(check);
    await testSurfaces(check);
    await testPlots(check);
    check('no wider than the window', document.documentElement.scrollWidth <= window.innerWidth,
          `${document.documentElement.scrollWidth} of ${window.innerWidth}`);
    const loaded = performance.getEntriesByType('resource').map(entry => entry.name.slice(0, 80));
    check('nothing is loaded', loaded.every(name => name.startsWith('data:')), loaded.join());
  } catch (error) {
    faults.push(String(error && error.stack || error));
  }
  check('no error', faults.length === 0, faults.join('; '));
  document.body.append(element('pre', {id: 'selftest', textContent: lines.join('\n')}));
}

async function testMovie(movie, check) {
  const canvas = () => movie.figure.querySelector('canvas'), end = movie.times.length - 1;
  const seen = [], times = [];
  for (const k of [0, Math.floor(end / 2), end]) {
    move(movie.slider, k);
    await until(() => movie.drawn === k);
    await soon(30);
    seen.push(signature(canvas()));
    times.push(movie.time.textContent);
  }
  if (end > 1) {
    check('the slider changes the picture', new Set(seen).size === 3, seen.join());
    check('the slider changes the time', new Set(times).size === 3, times.join());
  }
  check('the time is the frame\'s', Math.abs(Number.parseFloat(times[2]) - movie.times[end]) <= 1e-6 * movie.times[end],
        `${times[2]}, ${movie.times[end]}`);
  move(movie.slider, 0);
  await until(() => movie.drawn === 0);
  movie.button.click();
  check('it plays', end === 0 || await until(() => movie.drawn > 0), movie.drawn);
  movie.button.click();
  await soon(80);
  const still = movie.drawn;
  await soon(150);
  check('it pauses', movie.running === false && movie.drawn === still, movie.drawn);
  const layer = movie.figure.querySelector('select[aria-label=layer]');
  if (layer) {
    move(movie.slider, Math.floor(end / 2));
    await until(() => movie.drawn === Math.floor(end / 2));
    const before = signature(canvas());
    move(layer, 0, 'change');
    await soon(100);
    check('the layer changes the picture', signature(canvas()) !== before);
    move(layer, 1, 'change');
  }
  move(movie.slider, end);
  await until(() => movie.drawn === end);
}

async function testMaps(check) {
  for (const canvas of document.querySelectorAll('canvas.picture:not(.surface)')) {
    const box = canvas.getBoundingClientRect(), readout = canvas.nextElementSibling;
    const name = canvas.getAttribute('aria-label');
    canvas.dispatchEvent(new PointerEvent('pointermove', {clientX: box.left + 46 + 0.2 * (box.width - 60), clientY: box.top + 20}));
    check(`hover over ${name} tells place and value`, /^[xyz] [\d.]+ mm, [xyz] [\d.]+ mm: (-?[\d.]+( \S+)?|no value)$/.test(readout.textContent),
          readout.textContent);
    const controls = canvas.parentElement.querySelector('select[aria-label=plane]');
    if (!controls) continue;
    const slider = controls.nextElementSibling, text = slider.nextElementSibling;
    for (const axis of [0, 1, 2]) {
      move(controls, axis, 'change');
      const before = signature(canvas), words = text.textContent;
      move(slider, slider.max);
      check(`the slider across ${'xyz'[axis]} changes ${name}`, signature(canvas) !== before && text.textContent !== words,
            `${words}, ${text.textContent}`);
    }
    move(controls, 2, 'change');
  }
}

/** Every picture of a surface tells what lies under the pointer, and all turn together. */
async function testSurfaces(check) {
  const canvases = [...document.querySelectorAll('canvas.surface')];
  const at = (canvas, event, dx = 0) => {
    const {view, box} = canvas.figure, {left, top} = canvas.getBoundingClientRect();
    const seen = view.piece.findIndex((piece, k) => piece >= 0 && k > view.piece.length / 3 && view.piece[k + 1] >= 0);
    canvas.dispatchEvent(new PointerEvent(event, {clientX: left + box.left + (seen % view.width + 0.5) / view.width * box.w + dx,
                                                  clientY: top + box.top + (Math.floor(seen / view.width) + 0.5) / view.height * box.h}));
  };
  for (const canvas of canvases) {
    const name = canvas.getAttribute('aria-label'), readout = canvas.nextElementSibling;
    const shown = canvas.figure.view.piece.reduce((sum, piece) => sum + (piece >= 0), 0) / canvas.figure.view.piece.length;
    check(`${name} is to be seen`, shown > 0.001, shown);
    at(canvas, 'pointermove');
    check(`hover over ${name} tells place and value`,
          /^x -?[\d.]+ mm, y -?[\d.]+ mm, z -?[\d.]+ mm: (-?[\d.]+( \S+)?|no value)$/.test(readout.textContent), readout.textContent);
    const before = canvases.map(signature);
    at(canvas, 'pointerdown');
    at(canvas, 'pointermove', 70);
    canvas.dispatchEvent(new PointerEvent('pointerup'));
    await soon(60);
    const turned = canvases.map(signature);
    check(`dragging ${name} turns all`, turned.every((one, k) => one !== before[k]), canvases.length);
    canvas.dispatchEvent(new MouseEvent('dblclick'));
    await soon(60);
    check(`a double click on ${name} turns all back`, canvases.map(signature).every((one, k) => one === before[k]));
  }
  if (canvases.length === 0) return;
  const choice = document.querySelector('select[aria-label=direction]'), first = canvases.map(signature);
  move(choice, 'left', 'change');
  await soon(60);
  check('the direction turns all', canvases.map(signature).every((one, k) => one !== first[k]));
  surface.camera.look(...surface.camera.start);
  surface.camera.settle();
}

async function testPlots(check) {
  for (const plot of plots) {
    const [low, high] = [plot.scales.x.min, plot.scales.x.max], label = plot.series[1].label;
    check(`plot of ${label} has numbers`, high > low && plot.data[1].some(value => value !== null), `${low} to ${high}`);
    plot.setCursor({left: plot.over.clientWidth / 2, top: 20});
    await soon(30);
    const legend = plot.root.querySelector('.u-legend').textContent;
    check(`legend of ${label} tells x`, /\d/.test(plot.root.querySelector('.u-legend .u-value').textContent), legend);
    plot.setCursor({left: -10, top: -10});
    const zoom = plot.root.parentElement.previousElementSibling;
    const numbers = zoom ? zoom.querySelectorAll('input[type=number]') : [];
    if (numbers.length !== 2) continue;
    move(numbers[1], low + (high - low) / 4, 'change');
    await until(() => plot.scales.x.max < high);
    check(`plot of ${label} zooms`, Math.abs(plot.scales.x.max - (low + (high - low) / 4)) < 1e-3 * (high - low), plot.scales.x.max);
    zoom.querySelector('button').click();
    await until(() => plot.scales.x.max === high);
    check(`plot of ${label} shows all again`, plot.scales.x.max === high, plot.scales.x.max);
  }
}
