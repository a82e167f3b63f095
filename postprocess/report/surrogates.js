// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
// Regions that neural surrogates have computed: what they are, how often they were left, and what was found of them.
'use strict';

const FALLBACK_MAP = 'surrogate_fallbacks';
const listOf = value => Array.isArray(value) ? value : [];
const entriesOf = value => value && typeof value === 'object' ? Object.entries(value) : [];

/** The map of fallbacks, if there were any. */
function fallbackMap() {
  const found = data.maps ? data.maps.arrays.find(array => array.name === FALLBACK_MAP) : null;
  return found && found.max > 0 ? found : null;
}

/** The section with a part for each region; what it returns draws the map of fallbacks. */
function surrogates(probes) {
  const regions = entriesOf(part(results, 'surrogate'));
  if (regions.length === 0) return async () => {};
  const made = section('Surrogates', 'Regions computed by neural surrogates. An evaluation outside of the trained range is a fallback: the ' +
                                     'ionic model takes it, or a conductance goes on at the end of its range.');
  made.append(rowsTable(['region', 'evaluations', 'fallbacks', 'fallback fraction'], regions.map(([name, region]) => [
    name, grouped(part(region, 'evaluations')), grouped(part(region, 'fallbacks')), part(region, 'fallback_fraction')])));
  for (const [name, region] of regions) surrogateOf(made, name, region);
  const map = fallbackMap();
  if (!map) return async () => {};
  const place = element('div', {className: 'figures'});
  made.append(place);
  return () => mapFigure(place, data.maps, map, probes);
}

/** What is known of the surrogate of one region; nothing in the records of older runs. */
function surrogateOf(parent, region, about) {
  const name = part(about, 'name'), guarded = part(about, 'guarded');
  if (!name) return;
  const model = [part(about, 'model'), part(about, 'variant')].filter(Boolean).join(', variant '), accuracy = entriesOf(part(about, 'accuracy'));
  parent.append(element('h3', {className: 'surrogate', textContent: `${region}: ${name}`}), facts([
    ['kind', part(about, 'kind')], ['stands for', model], ['what', part(about, 'summary')], ['file', part(about, 'file')],
    ['trained for', trainedRange(about)], ['guard', guarded === true ? 'on' : guarded === false ? 'off' : null],
  ]));
  const verdicts = accuracy.filter(([key]) => key.startsWith('verdict.')), judge = part(about, 'accuracy', 'verdict');
  if (verdicts.length > 0)
    parent.append(element('h4', {textContent: 'Verdicts'}), facts(verdicts.map(verdictRow)),
                  judge ? element('p', {className: 'note', textContent: `Judged: ${judge}`}) : '');
  const measured = accuracy.filter(([key]) => key !== 'verdict' && !key.startsWith('verdict.'));
  if (measured.length > 0)
    parent.append(element('details', {}, element('summary', {textContent: 'Accuracy found in training'}),
                          facts(measured.map(([key, text]) => [key, String(text)]))));
}

/** "V -100 to 120 mV, z1 0 to 1, g_Ks 0.5 to 2 times the model's". */
function trainedRange(about) {
  const span = (each, ends) => `${each.name} ${listOf(ends).map(v => significant(v, 4)).join(' to ')}`;
  return [...listOf(part(about, 'inputs')).map(each => span(each, each.range) + (each.unit === '1' ? '' : ` ${each.unit}`)),
          ...listOf(part(about, 'scaled')).map(each => `${span(each, each.factors)} times the model's`)].join(', ');
}

/** A verdict of the card, "what was asked: reproduced, what was found", with its word as a badge. */
function verdictRow([key, text]) {
  const words = String(text), found = /: (not reproduced|reproduced|ill-posed)\b,? ?/.exec(words);
  if (!found) return [key.slice('verdict.'.length), words];
  const badge = element('span', {className: `badge ${found[1] === 'reproduced' ? 'finished' : 'failed'}`, textContent: found[1]});
  return [key.slice('verdict.'.length), element('span', {}, badge, ` ${words.slice(found.index + found[0].length)} (${words.slice(0, found.index)})`)];
}
