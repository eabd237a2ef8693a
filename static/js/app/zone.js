/* The browser's time zone is a suggestion, never a silent change: input[data-zone-value] takes it where it is empty,
   button[data-zone-for] offers it for the field with that id, in the words of its [data-words]. */
import { byId } from '../dom.js';

const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
const suggestZone = () => {
  for (const field of document.querySelectorAll('input[data-zone-value]')) if (!field.value) field.value = zone;
  for (const button of document.querySelectorAll('button[data-zone-for]')) {
    const field = byId(button.dataset.zoneFor);
    const isOffered = field && (!field.matches('select') || [...field.options].some((one) => one.value === zone));
    if (!isOffered || field.value === zone) continue;
    button.textContent = button.dataset.words.replace('{zone}', zone.replaceAll('_', ' '));
    button.hidden = false;
    button.addEventListener('click', () => {
      field.value = zone;
      button.hidden = true;
      field.focus();
    });
  }
};
if (zone) suggestZone();
