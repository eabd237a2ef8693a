/* What was scanned is not searched for: the list is asked again only when the words changed. */
import { field } from './page.js';

let listed = field ? field.value : '';

export const listAgain = () => {
  listed = null;
  htmx.ajax('GET', field.getAttribute('hx-get'), { source: field, target: '#guests', swap: 'outerHTML' });
};

field?.addEventListener('htmx:configRequest', (e) => {
  if (e.detail.elt !== field) return;
  if (field.value === listed) e.preventDefault();
  else listed = field.value;
});
field?.addEventListener('htmx:afterRequest', (e) => {
  if (!e.detail.successful) listed = null;
});
