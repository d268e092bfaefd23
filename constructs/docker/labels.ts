/** On all that an environment has on the engine, with its name: what belongs to it is found without its state. */
export const ENVIRONMENT_LABEL = 'cdktf-git-topology.environment';
