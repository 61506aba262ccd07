// The live page: asks for the picture every two seconds and changes what has changed.
// Every string of others goes through textContent; nothing here makes markup out of data.
'use strict';

const POLL_MS = 2000;
const LOST_MS = 7000; // no answer from the server for this long
const STALE_MS = 60000; // answers, but the stream's time stands still
const INCIDENTS_MAX = 30;
const SVG = 'http://www.w3.org/2000/svg';

const TEXTS = {
  es: {
    skip: 'Ir a las incidencias', page: 'Página', brands: 'Marcas', incidents: 'Incidencias',
    noBrands: 'Todavía no ha hablado nadie.', noIncidents: 'Ninguna por ahora.',
    footer: 'Los tiempos son UTC y siguen a los mensajes, no al reloj de la pared.',
    pause: 'Pausar', resume: 'Reanudar', other: 'English', otherLang: 'en',
    waiting: 'Conectando…', paused: 'En pausa', live: 'En directo · datos hasta {time}',
    stale: 'Datos parados · sin mensajes nuevos desde hace {span}',
    lost: 'Sin conexión con rebato desde hace {span}',
    state: { learning: 'aprendiendo', calm: 'en calma', open: 'crisis abierta', cooling: 'remitiendo', stale: 'datos parados', resolved: 'resuelta' },
    severity: { info: 'aviso', warning: 'atención', critical: 'crítica' },
    silence: 'sin respuesta pública desde que empezó', grade: 'nota {grade}',
    people: { zero: 'Nadie se queja en 10 min', one: '{people} persona se queja en 10 min', other: '{people} personas se quejan en 10 min' },
    expected: '; lo normal, {expected}', ratio: ' (x{ratio})',
    counts: ['1 min', '10 min', '1 h', '24 h'], countsLabel: 'Menciones',
    spark: 'Menciones por minuto, última hora: ahora {now}, máximo {max}',
    status: '{brands} marcas, {open} con incidencia abierta', alarm: 'Crisis nueva: {brand}',
    facts: 'Empezó {onset} · alerta {opened} · {people} personas, {posts} mensajes',
    answered: 'Respuesta pública {time}, {span} tras la alerta', unanswered: '{span} sin respuesta pública desde la alerta',
    replies: 'Respuestas que nombran el asunto: {naming}, con palabras propias {different}', least: 'al menos {count}',
    resolvedAt: 'Resuelta {time}', unansweredEnd: 'sin respuesta pública',
    steps: { acknowledge: 'reconocer', apologise: 'disculparse', explain: 'explicar', instruct: 'qué hacer', correct: 'corregir', scope: 'a quién afecta', remedy: 'compensar', resolved: 'resuelto' },
    done: 'hecho', pending: 'pendiente',
    signals: { outage: 'caída del servicio', degraded: 'servicio lento o a medias', complaint: 'queja', 'demand-answer': 'piden una respuesta', security: 'seguridad', privacy: 'privacidad', billing: 'cobros', misinformation: 'información errónea', mistreatment: 'mal trato', reputation: 'reputación', disruption: 'interrupción de la actividad', exodus: 'clientes que se van', 'third-party-denial': 'otros lo niegan' },
  },
  en: {
    skip: 'Go to the incidents', page: 'Page', brands: 'Brands', incidents: 'Incidents',
    noBrands: 'Nobody has spoken yet.', noIncidents: 'None for the moment.',
    footer: 'Times are UTC and follow the posts, not the clock on the wall.',
    pause: 'Pause', resume: 'Resume', other: 'Español', otherLang: 'es',
    waiting: 'Connecting…', paused: 'Paused', live: 'Live · data up to {time}',
    stale: 'Stale data · no new posts for {span}',
    lost: 'No connection to rebato for {span}',
    state: { learning: 'learning', calm: 'calm', open: 'open crisis', cooling: 'cooling down', stale: 'stale data', resolved: 'resolved' },
    severity: { info: 'notice', warning: 'warning', critical: 'critical' },
    silence: 'without a public answer since it started', grade: 'grade {grade}',
    people: { zero: 'Nobody complains in 10 min', one: '{people} person complains in 10 min', other: '{people} people complain in 10 min' },
    expected: '; usually {expected}', ratio: ' ({ratio}x)',
    counts: ['1 min', '10 min', '1 h', '24 h'], countsLabel: 'Mentions',
    spark: 'Mentions per minute, last hour: now {now}, highest {max}',
    status: '{brands} brands, {open} with an open incident', alarm: 'New crisis: {brand}',
    facts: 'Started {onset} · alert {opened} · {people} people, {posts} posts',
    answered: 'Public answer {time}, {span} after the alert', unanswered: '{span} without a public answer since the alert',
    replies: 'Replies that name the matter: {naming}, in words of their own {different}', least: 'at least {count}',
    resolvedAt: 'Resolved {time}', unansweredEnd: 'without a public answer',
    steps: { acknowledge: 'acknowledge', apologise: 'apologise', explain: 'explain', instruct: 'what to do', correct: 'correct', scope: 'who is affected', remedy: 'remedy', resolved: 'resolved' },
    done: 'done', pending: 'pending',
    signals: { outage: 'service outage', degraded: 'degraded service', complaint: 'complaint', 'demand-answer': 'demand an answer', security: 'security', privacy: 'privacy', billing: 'billing', misinformation: 'wrong information', mistreatment: 'bad treatment', reputation: 'reputation', disruption: 'disruption', exodus: 'customers leaving', 'third-party-denial': 'denied by others' },
  },
};

// A shape for each state, so that colour is never alone.
const SHAPES = {
  calm: 'M8 1a7 7 0 1 1 0 14A7 7 0 0 1 8 1Zm3.4 4.4-4.3 4.3-2-2-1.2 1.2 3.2 3.2 5.5-5.5Z',
  resolved: 'M8 1a7 7 0 1 1 0 14A7 7 0 0 1 8 1Zm3.4 4.4-4.3 4.3-2-2-1.2 1.2 3.2 3.2 5.5-5.5Z',
  open: 'M8 1 15.5 14.5H.5ZM7.1 6v4.2h1.8V6Zm0 5.3V13h1.8v-1.7Z',
  cooling: 'M2 3h12L8 14Z',
  learning: 'M8 1a7 7 0 1 0 0 14A7 7 0 0 0 8 1Zm0 2v5h4a4 4 0 1 1-4-5Z',
  stale: 'M2 2h4v12H2Zm8 0h4v12h-4Z',
};

const view = {
  lang: 'es', paused: false, brands: [], incidents: [], watermark: null,
  answeredAt: 0, movedAt: 0, startedAt: performance.now(), known: null, targeted: false,
};
const byId = (id) => document.getElementById(id);
const texts = () => TEXTS[view.lang];
const fill = (text, values) => text.replace(/\{(\w+)\}/g, (all, name) => String(values[name]));

// ---- numbers and times ----

const number = (value, digits = 0) =>
  new Intl.NumberFormat(view.lang, { maximumFractionDigits: digits }).format(Number(value) || 0);

function span(seconds) {
  const whole = Math.max(0, Math.floor(Number(seconds) || 0));
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}

function time(text, seconds) {
  const at = new Date(text);
  if (!text || Number.isNaN(at.getTime())) return '–';
  const shape = { timeZone: 'UTC', day: '2-digit', month: 'short', hour: '2-digit', minute: '2-digit', hour12: false };
  if (seconds) shape.second = '2-digit';
  return new Intl.DateTimeFormat(view.lang === 'es' ? 'es' : 'en-GB', shape).format(at);
}

const secondsBetween = (from, to) => (Date.parse(to) - Date.parse(from)) / 1000;

// ---- elements ----

function make(tag, className, parent) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  if (parent) parent.append(element);
  return element;
}

// Unchanged text is left alone: screen readers and selections live in it.
function say(element, text) {
  if (element.textContent !== text) element.textContent = text;
  element.hidden = text === '';
}

function makeSvg(className, box, parent, ...paths) {
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('class', className);
  svg.setAttribute('viewBox', box);
  for (const name of paths) {
    const path = document.createElementNS(SVG, 'path');
    path.setAttribute('class', name);
    svg.append(path);
  }
  parent.append(svg);
  return svg;
}

function makeState(parent) {
  const state = make('span', 'state', parent);
  makeSvg('icon', '0 0 16 16', state, 'shape').setAttribute('aria-hidden', 'true');
  make('span', 'word', state);
  return state;
}

function showState(element, state, severity) {
  const known = Object.hasOwn(SHAPES, state) ? state : 'stale';
  const word = texts().state[known] + (known === 'open' && texts().severity[severity] ? ` · ${texts().severity[severity]}` : '');
  element.closest('li').dataset.state = known;
  element.querySelector('path').setAttribute('d', SHAPES[known]);
  say(element.querySelector('.word'), word);
}

function showGrade(element, grade) {
  const known = /^[A-F]$/.test(grade) ? grade : '';
  element.dataset.grade = known;
  say(element, known);
  element.setAttribute('aria-label', fill(texts().grade, { grade: known }));
  element.title = element.getAttribute('aria-label');
}

// ---- brands ----

function makeCard() {
  const card = make('li', 'card');
  const top = make('div', 'top', card);
  make('h3', '', top);
  makeState(top);
  const clock = make('div', 'clock', card);
  make('b', '', clock);
  make('span', 'words', clock);
  make('span', 'grade', clock).setAttribute('role', 'img');
  make('p', 'people', card);
  const counts = make('dl', 'counts', card);
  for (let i = 0; i < 4; i++) {
    const pair = make('div', '', counts);
    make('dt', '', pair);
    make('dd', '', pair);
  }
  const spark = makeSvg('spark', '0 0 59 20', card, 'fill', 'edge');
  spark.setAttribute('preserveAspectRatio', 'none');
  spark.setAttribute('role', 'img');
  return card;
}

function showSpark(svg, values) {
  const numbers = (Array.isArray(values) ? values : []).slice(-60).map((value) => Math.max(0, Number(value) || 0));
  const max = Math.max(1, ...numbers);
  const line = numbers.map((value, i) => `${i} ${(19 - (18 * value) / max).toFixed(2)}`).join('L');
  svg.querySelector('.edge').setAttribute('d', line ? `M${line}` : '');
  svg.querySelector('.fill').setAttribute('d', line ? `M0 20L${line}L${numbers.length - 1} 20Z` : '');
  svg.setAttribute('aria-label', fill(texts().spark, { now: number(numbers.at(-1)), max: number(Math.max(0, ...numbers)) }));
}

function peopleText(brand) {
  const t = texts();
  const people = Number(brand.authors_10m) || 0;
  const form = people === 0 ? 'zero' : people === 1 ? 'one' : 'other';
  const text = fill(t.people[form], { people: number(people) });
  if (!(brand.expected_10m >= 0.05)) return text;
  const ratio = brand.ratio >= 1.5 ? fill(t.ratio, { ratio: number(brand.ratio, brand.ratio < 10 ? 1 : 0) }) : '';
  return text + fill(t.expected, { expected: number(brand.expected_10m, 1) }) + ratio;
}

function showCard(card, brand) {
  const t = texts();
  const waiting = brand.silence_s > 0;
  say(card.querySelector('h3'), brand.title || brand.id);
  showState(card.querySelector('.state'), brand.state, brand.severity);
  card.querySelector('.clock').hidden = !waiting;
  say(card.querySelector('b'), waiting ? span(brand.silence_s) : '');
  say(card.querySelector('.words'), t.silence);
  showGrade(card.querySelector('.grade'), brand.grade);
  say(card.querySelector('.people'), peopleText(brand));
  const counts = card.querySelector('.counts');
  counts.setAttribute('aria-label', t.countsLabel);
  [brand.count_1m, brand.count_10m, brand.count_1h, brand.count_24h].forEach((value, i) => {
    say(counts.children[i].firstChild, t.counts[i]);
    say(counts.children[i].lastChild, number(value));
  });
  showSpark(card.querySelector('.spark'), brand.spark);
}

// ---- incidents ----

function makeIncident(incident) {
  const item = make('li', 'incident');
  const top = make('div', 'top', item);
  item.id = /^[0-9a-z-]+$/i.test(incident.id) ? incident.id : '';
  make('h3', '', top);
  makeState(top);
  make('span', 'grade', top).setAttribute('role', 'img');
  make('p', 'summary', item);
  make('p', 'answer', item);
  make('p', 'facts', item);
  make('ol', 'steps', item);
  return item;
}

function answerText(incident) {
  const t = texts();
  if (incident.answered) {
    return fill(t.answered, { time: time(incident.answered), span: span(secondsBetween(incident.opened, incident.answered)) });
  }
  if (incident.resolved) {
    return `${fill(t.resolvedAt, { time: time(incident.resolved) })}, ${t.unansweredEnd}`;
  }
  return fill(t.unanswered, { span: span(secondsBetween(incident.opened, view.watermark)) });
}

// Beside the people who complain: whom a reply reached, nobody here knows.
function repliesText(replies) {
  const t = texts();
  if (!replies) return '';
  const naming = replies.at_least ? fill(t.least, { count: number(replies.naming) }) : number(replies.naming);
  return ` · ${fill(t.replies, { naming, different: number(replies.different) })}`;
}

function showSteps(list, playbook) {
  const t = texts();
  const done = playbook?.done ?? [];
  const steps = Object.keys(t.steps).filter((step) => [...done, ...(playbook?.pending ?? [])].some((at) => (at.step ?? at) === step));
  while (list.children.length > steps.length) list.lastChild.remove();
  while (list.children.length < steps.length) make('li', '', list);
  steps.forEach((step, i) => {
    const isDone = done.some((at) => (at.step ?? at) === step);
    const item = list.children[i];
    item.dataset.done = isDone ? 'yes' : 'no';
    say(item, `${isDone ? '✓' : '○'} ${t.steps[step]}`);
    item.setAttribute('aria-label', `${t.steps[step]}: ${isDone ? t.done : t.pending}`);
  });
}

function showIncident(item, incident) {
  const t = texts();
  const brand = view.brands.find((at) => at.id === incident.brand);
  const signals = (incident.signals ?? []).map((signal) => t.signals[signal] ?? signal).join(', ');
  say(item.querySelector('h3'), `${brand?.title || incident.brand}: ${signals}`);
  showState(item.querySelector('.state'), incident.state, incident.severity);
  showGrade(item.querySelector('.grade'), incident.grade);
  // The server's sentence is Spanish; in English its facts stand in the lines below.
  say(item.querySelector('.summary'), view.lang === 'es' ? incident.summary ?? '' : '');
  say(item.querySelector('.answer'), answerText(incident));
  say(item.querySelector('.facts'), fill(t.facts, { onset: time(incident.onset), opened: time(incident.opened), people: number(incident.authors), posts: number(incident.posts) }) + repliesText(incident.replies));
  showSteps(item.querySelector('.steps'), incident.playbook);
}

// ---- lists that keep their elements ----

function showList(list, values, makeOne, showOne) {
  const old = new Map([...list.children].map((item) => [item.dataset.key, item]));
  values.forEach((value, i) => {
    const item = old.get(value.id) ?? makeOne(value);
    item.dataset.key = value.id;
    old.delete(value.id);
    if (list.children[i] !== item) list.insertBefore(item, list.children[i] ?? null);
    showOne(item, value);
  });
  old.forEach((item) => item.remove());
  byId(`${list.id}-empty`).hidden = values.length > 0;
}

const RANK = { open: 0, cooling: 1, stale: 2, learning: 4, calm: 4, resolved: 5 };
const rank = (state) => RANK[state] ?? 3;
const silenceOf = (incident) => (incident.answered || incident.resolved ? -1 : -Date.parse(incident.opened) || 0);

// Whoever has waited longest comes first.
const orderBrands = (brands) => [...brands].sort((a, b) => rank(a.state) - rank(b.state)
  || b.silence_s - a.silence_s || b.ratio - a.ratio || b.count_1h - a.count_1h || (a.id < b.id ? -1 : 1));
const orderIncidents = (incidents) => [...incidents].sort((a, b) => rank(a.state) - rank(b.state)
  || (a.answered ? 1 : 0) - (b.answered ? 1 : 0) || silenceOf(b) - silenceOf(a)
  || Date.parse(b.opened) - Date.parse(a.opened)).slice(0, INCIDENTS_MAX);

// ---- the whole picture ----

function showLink() {
  const now = performance.now();
  const sinceAnswer = now - (view.answeredAt || view.startedAt);
  const sinceMove = now - view.movedAt;
  let state = view.answeredAt ? 'live' : 'waiting';
  let seconds = 0;
  if (sinceAnswer > LOST_MS) [state, seconds] = ['lost', sinceAnswer / 1000];
  else if (view.answeredAt && sinceMove > STALE_MS) [state, seconds] = ['stale', sinceMove / 1000];
  if (view.paused) state = 'paused';
  byId('link').dataset.state = state;
  document.body.dataset.link = state;
  say(byId('link-text'), fill(texts()[state], { time: time(view.watermark, true), span: span(seconds) }));
}

function announce() {
  const open = view.brands.filter((brand) => brand.state === 'open');
  say(byId('status'), view.answeredAt ? fill(texts().status, { brands: number(view.brands.length), open: number(open.length) }) : '');
  const critical = view.incidents.filter((at) => at.state === 'open' && at.severity === 'critical').map((at) => at.id);
  const fresh = view.known && critical.find((id) => !view.known.has(id));
  if (fresh) {
    const incident = view.incidents.find((at) => at.id === fresh);
    const brand = view.brands.find((at) => at.id === incident.brand);
    say(byId('alarm'), fill(texts().alarm, { brand: brand?.title || incident.brand }));
  } else if (critical.length === 0) {
    say(byId('alarm'), '');
  }
  view.known = new Set([...(view.known ?? []), ...critical]);
}

function show() {
  document.documentElement.lang = view.lang;
  for (const element of document.querySelectorAll('[data-text]')) say(element, texts()[element.dataset.text]);
  for (const element of document.querySelectorAll('[data-label]')) element.setAttribute('aria-label', texts()[element.dataset.label]);
  say(byId('lang'), texts().other);
  byId('lang').lang = texts().otherLang;
  say(byId('pause'), view.paused ? texts().resume : texts().pause);
  byId('pause').setAttribute('aria-pressed', String(view.paused));
  showList(byId('brands'), orderBrands(view.brands), makeCard, showCard);
  showList(byId('incidents'), orderIncidents(view.incidents), makeIncident, showIncident);
  if (view.answeredAt) announce();
  showLink();
  // A link from an alert names an incident that was not there yet when the page was opened.
  const target = location.hash.length > 1 && byId(location.hash.slice(1));
  if (target && !view.targeted) {
    view.targeted = true;
    location.replace(location.hash);
  }
}

// ---- the server ----

async function ask(path) {
  const reply = await fetch(path, { cache: 'no-store', signal: AbortSignal.timeout(5000) });
  if (!reply.ok) throw new Error(`${path}: ${reply.status}`);
  return reply.json();
}

async function poll() {
  if (!view.paused) {
    try {
      const [brands, incidents] = await Promise.all([ask('/api/v1/brands'), ask('/api/v1/incidents')]);
      const now = performance.now();
      if (brands.watermark !== view.watermark || !view.movedAt) view.movedAt = now;
      view.watermark = brands.watermark;
      view.brands = Array.isArray(brands.brands) ? brands.brands : [];
      view.incidents = Array.isArray(incidents.incidents) ? incidents.incidents : [];
      view.answeredAt = now;
      show();
    } catch (error) {
      console.warn(String(error)); // the line at the top tells the reader
    }
  }
  showLink();
  setTimeout(poll, POLL_MS);
}

function remember(lang) {
  try {
    localStorage.setItem('lang', lang);
  } catch {
    // A browser that keeps nothing asks again next time.
  }
}

function recall() {
  try {
    return localStorage.getItem('lang');
  } catch {
    return null;
  }
}

byId('lang').addEventListener('click', () => {
  view.lang = texts().otherLang;
  remember(view.lang);
  show();
});
byId('pause').addEventListener('click', () => {
  view.paused = !view.paused;
  show();
});
view.lang = (new URLSearchParams(location.search).get('lang') ?? recall()) === 'en' ? 'en' : 'es';
show();
poll();
