/* The desk without a connection: what is shown at once for a scan that is kept on the page, and what became
   of the kept ones when they were sent. Listens to what queue.js tells on the form.

   Page contract: #kept, template#kept-result and template#lost-result with [data-what] and [data-waiting] (its words
   for more than one in [data-several]),
   template#kept-summary with [data-count], [data-lines] and a [data-dismiss-kept]. */
import { byId } from '../dom.js';
import { focusField, form, result } from './page.js';

const place = byId('kept');
const say = (block, name, text) => {
  for (const el of block.querySelectorAll(`[data-${name}]`)) el.textContent = text;
};
const textOf = (selector) => result.querySelector(selector)?.textContent.trim() || '';

/* the verdict of the person before never stands where the answer for this one is expected */
const show = (template, { label, waiting: number }) => {
  const block = byId(template).content.cloneNode(true);
  say(block, 'what', label);
  const several = block.querySelector('[data-waiting]')?.dataset.several || '';
  say(block, 'waiting', number > 1 ? several.replace('{n}', number) : '');
  result.replaceChildren(block);
  result.dispatchEvent(new Event('desk:shown'));
};

/* each verdict that came late keeps its line until somebody has read it */
const addLine = (label) => {
  if (!place.firstElementChild) place.replaceChildren(byId('kept-summary').content.cloneNode(true));
  const list = place.querySelector('[data-lines]');
  const line = document.createElement('li');
  const name = document.createElement('b');
  const who = document.createElement('bdi');
  who.textContent = textOf('.result__name') || label;
  name.append(who);
  line.append(name, ` ${textOf('.result__say') || textOf('[data-keep]')}`);
  list.append(line);
  say(place, 'count', list.childElementCount);
};

if (form && place) {
  form.addEventListener('desk:kept', (e) => show('kept-result', e.detail));
  form.addEventListener('desk:refused', (e) => show('lost-result', e.detail));
  form.addEventListener('desk:answered', (e) => {
    if (e.detail.isKept) addLine(e.detail.label);
  });
  place.addEventListener('click', (e) => {
    if (!e.target.closest('[data-dismiss-kept]')) return;
    place.replaceChildren();
    focusField();
  });
}
