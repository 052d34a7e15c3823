"""Which test proves which promise, and that each of them notices when its defence is switched off."""
