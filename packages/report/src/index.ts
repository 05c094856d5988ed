export { renderCardsHtml, renderCardsTerminal } from './cards.ts';
export { estimateParts, type EstimateParts, estimateText, thresholdText } from './estimate-text.ts';
export { renderHtml } from './html.ts';
export { renderJson } from './json.ts';
export { renderMarkdown } from './markdown.ts';
export { renderTerminal, type TerminalOptions } from './terminal.ts';
export { aboutText, examinationTitle, statisticName } from './vocabulary.ts';
