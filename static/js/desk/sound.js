/* Sound and buzz of a result: after the first key or tap, kept on or off per device ([data-sound-toggle]). */
import { home } from './page.js';

const TONES = {
  // [Hz, starts at ms, lasts ms]
  in: [
    [880, 0, 60],
    [1320, 70, 60],
  ],
  again: [
    [440, 0, 50],
    [440, 110, 50],
  ],
  ask: [
    [660, 0, 120],
    [520, 140, 160],
  ],
  stop: [[180, 0, 350]],
  kept: [[880, 0, 60]],
};
const BUZZ = { in: 40, again: [40, 60, 40], ask: 120, stop: 200, kept: 40 };

let audio = null;
let isLoud = true;
try {
  isLoud = localStorage.getItem('desk-sound') !== 'off';
} catch {
  /* storage is blocked: on */
}

const sound = ([pitch, from, length]) => {
  const tone = audio.createOscillator();
  const level = audio.createGain();
  const at = audio.currentTime + from / 1000;
  tone.frequency.value = pitch;
  level.gain.setValueAtTime(0.2, at);
  level.gain.exponentialRampToValueAtTime(0.001, at + length / 1000);
  tone.connect(level).connect(audio.destination);
  tone.start(at);
  tone.stop(at + length / 1000);
};
export const play = (kind) => {
  if (navigator.vibrate && BUZZ[kind]) navigator.vibrate(BUZZ[kind]);
  const mayPlay = !navigator.userActivation || navigator.userActivation.hasBeenActive;
  if (!isLoud || !TONES[kind] || !window.AudioContext || !mayPlay) return;
  audio ||= new AudioContext();
  TONES[kind].forEach(sound);
};

const toggle = document.querySelector('[data-sound-toggle]');
toggle?.setAttribute('aria-pressed', String(isLoud));
toggle?.addEventListener('click', () => {
  isLoud = !isLoud;
  toggle.setAttribute('aria-pressed', String(isLoud));
  try {
    localStorage.setItem('desk-sound', isLoud ? 'on' : 'off');
  } catch {
    /* for this page only */
  }
  if (isLoud) play('in');
  home();
});
