export * from './conform-judge.ts';
export * from './scripted-model.ts';
export * from './conform-provider.ts';
