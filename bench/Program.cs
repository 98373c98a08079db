using DEngine.Bench;

return args switch
{
    ["budget"] => BudgetCommand.Run(BudgetFile.Find()),
    ["budget", string path] => BudgetCommand.Run(path),
    _ => 2,
};
