namespace DEngine.Tidy;

public sealed class SolutionTests
{
    [Fact]
    public void The_solution_contains_every_project()
    {
        string solution = Repository.Read("DEngine.sln").Replace('\\', '/');
        Findings.MustBeExcepted(
            from project in Repository.Files("*.csproj")
            where !solution.Contains($"\"{project}\"", StringComparison.Ordinal)
            select new Finding(project, "is not in DEngine.sln; dotnet sln add"),
            "One build builds everything.");
    }

    [Fact]
    public void Every_package_version_is_exact()
    {
        Findings.MustBeExcepted(
            from line in Repository.Read("Directory.Packages.props").Split('\n')
            where line.Contains("<PackageVersion", StringComparison.Ordinal) && !line.Contains("Version=\"[", StringComparison.Ordinal)
            select new Finding("Directory.Packages.props", line.Trim()),
            "The same tree gives the same build next year.");
    }
}
