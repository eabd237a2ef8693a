/* A line that stays until something goes through: what failed, and what to do about it. The page brings the words. */
import { byId } from '../dom.js';
import { causeOf } from './cause.js';

const line = byId('trouble');
const said = line.dataset;
const WORDS = {
  400: [said.expired, said.reload],
  403: [said.forbidden, said.reload],
  404: [said.gone, said.reload],
  413: [said.tooLarge],
  429: [said.tooOften, said.again],
};

const showTrouble = (words, action, onPress) => {
  const text = document.createElement('span');
  text.textContent = words;
  line.replaceChildren(text);
  if (action) {
    const button = document.createElement('button');
    button.className = 'btn';
    button.textContent = action;
    button.addEventListener('click', () => {
      line.hidden = true;
      onPress();
    });
    line.append(button);
  }
  line.hidden = false;
};
const again = (elt, cause) => {
  if (!elt.isConnected) return location.reload();
  // the desk keeps its own list of what was not sent
  if (!elt.dispatchEvent(new CustomEvent('send-again', { bubbles: true, cancelable: true }))) return;
  if (elt.matches('form')) elt.requestSubmit(cause?.submitter?.isConnected ? cause.submitter : null);
  else if (cause && cause.type !== 'click') htmx.trigger(elt, cause.type);
  else elt.click();
};
const isQuiet = (cause) => cause?.type === 'refresh';
const looksByItself = (elt) => (elt.getAttribute('hx-trigger') || '').startsWith('every ');

const failed = (e) => {
  const cause = causeOf(e);
  const status = e.detail.xhr?.status;
  if (isQuiet(cause) || looksByItself(e.detail.elt)) return;
  const isAway = !status || (status >= 502 && status <= 504);
  const kept = isAway && e.detail.elt.dataset.kept; // words of a form whose script keeps what was not sent
  const [words, action] = WORDS[status] || [kept || said.failed, said.again];
  showTrouble(words, action, action === said.reload ? () => location.reload() : () => again(e.detail.elt, cause));
};
for (const kind of ['htmx:sendError', 'htmx:timeout', 'htmx:responseError']) addEventListener(kind, failed);
addEventListener('htmx:afterRequest', (e) => {
  if (e.detail.successful && !isQuiet(causeOf(e))) line.hidden = true;
});
