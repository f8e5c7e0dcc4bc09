import { learningIndexContract } from '../learning-index-contract.ts';
import { embeddedIndex } from './embedded-index.ts';

learningIndexContract('embedded', () => embeddedIndex());
