import { describeEngines } from './testing/latex-engines';

describeEngines(['pdflatex', 'lualatex', 'xelatex']);
