export * from './build-table.ts';
export * from './load-ratings.ts';
export * from './sketch-table.ts';
