using DEngine.Mutants;

return MutantsCommand.Create().Parse(args).Invoke();
