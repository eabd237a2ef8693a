/* What every page needs beyond htmx, one behaviour a file. All of it only saves a reload: the same pages work
   without it. It talks to the scripts of single pages through events on elements, never through globals. */
import './app/refresh.js';
import './app/focus.js';
import './app/token.js';
import './app/dialog.js';
import './app/closing.js';
import './app/busy.js';
import './app/trouble.js';
import './app/brief.js';
import './app/zone.js';
import './app/suggestions.js';
import './app/conditions.js';

document.documentElement.classList.add('js');
