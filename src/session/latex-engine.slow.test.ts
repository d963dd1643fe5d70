import { describeEngines } from './testing/latex-engines';

describeEngines(['lualatex', 'xelatex']);
