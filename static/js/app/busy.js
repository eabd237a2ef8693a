/* The pressed button says it is busy and keeps its width. */
import { causeOf } from './cause.js';

const pressed = (e) => causeOf(e)?.submitter || (e.detail.elt.matches('button') ? e.detail.elt : null);
addEventListener('htmx:beforeRequest', (e) => pressed(e)?.setAttribute('aria-busy', 'true'));
addEventListener('htmx:afterRequest', (e) => pressed(e)?.removeAttribute('aria-busy'));
