/* Links that are taken along: copied, or handed on where the browser can.
   Page contract: an input with the link, [data-copy] and [data-share] with its id, what is said then in [data-copied]
   and [data-by-hand], #say for reading it aloud. */
import { byId } from './dom.js';

const SAID_MS = 4000;

/* without a secure connection there is no clipboard to write to; what is selected can still be copied */
const copied = async (field) => {
  try {
    await navigator.clipboard.writeText(field.value);
    return true;
  } catch {
    field.select();
    return document.execCommand('copy');
  }
};
const say = (button, words) => {
  const shown = button.querySelector('[data-words]');
  button.dataset.usual ||= shown.textContent;
  shown.textContent = words;
  byId('say').textContent = words;
  setTimeout(() => {
    shown.textContent = button.dataset.usual;
    byId('say').textContent = '';
  }, SAID_MS);
};

if (navigator.share) for (const button of document.querySelectorAll('[data-share]')) button.hidden = false;
addEventListener('click', async (e) => {
  const copy = e.target.closest('[data-copy]');
  const share = e.target.closest('[data-share]');
  if (copy) say(copy, (await copied(byId(copy.dataset.copy))) ? copy.dataset.copied : copy.dataset.byHand);
  if (!share) return;
  navigator.share({ title: share.dataset.title, url: byId(share.dataset.share).value }).catch(() => {
    /* they chose not to */
  });
});
addEventListener('focusin', (e) => {
  if (e.target.matches('.linkfield input')) e.target.select();
});
