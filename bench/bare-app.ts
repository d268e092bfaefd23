import { App } from 'cdktf';

/** What a synth costs before anything is declared. */
new App().synth();
