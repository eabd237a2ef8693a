/* The check-in desk, one behaviour a file. Page contract, all of it optional:
   form.scan > input#scan, #result, #guests, #tally[data-rev], #sync[data-live] > #desks,
   form[data-undo][data-seconds] with [data-left], a result with data-sound and data-result,
   [data-key=F2] for what a key presses, [data-sound-toggle], and what kept.js names. */
import './desk/scanner.js';
import './desk/queue.js';
import './desk/taps.js';
import './desk/kept.js';
import './desk/search.js';
import './desk/keys.js';
import './desk/results.js';
import './desk/live.js';
