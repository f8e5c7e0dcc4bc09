import { suggestConcepts } from './concept-suggestions.js';
import { addCopyButtons } from './copy-button.js';
import { initAll } from './govuk-frontend.min.js';
import { watchSession } from './session-timeout.js';

initAll();
addCopyButtons();
suggestConcepts();
watchSession();
