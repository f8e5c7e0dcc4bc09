import { suggestConcepts } from './concept-suggestions.js';
import { addCopyButtons } from './copy-button.js';
import { initAll } from './govuk-frontend.min.js';
import { keepLive } from './live-part.js';
import { leadBack } from './return-link.js';
import { watchSession } from './session-timeout.js';

initAll();
addCopyButtons();
suggestConcepts();
keepLive();
leadBack();
watchSession();
