export { type HubConformance, testHub } from './hub/test-hub.ts';
export { type ScriptedHub, startScriptedHub } from './node/scripted-hub.ts';
export { failures, type Outcome, type Report } from './report.ts';
