using System.Text.RegularExpressions;

namespace DataHub.Architecture.Tests;

/// <summary>Rules of the house that a reader would otherwise have to look for.</summary>
public sealed partial class HouseRuleTests
{
    private const int MaxLines = 450;

    [Fact]
    public void Files_UnderSrc_CanBeReadInOneGo()
    {
        var files = Source.Files("cs").ToList();
        Assert.True(files.Count > 100);
        Assert.Empty(files.Where(file => File.ReadLines(file).Count() > MaxLines).Select(file => Path.GetRelativePath(Source.Root, file)));
    }

    [Fact]
    public void FaultCodes_InTheSources_AreUpperCaseWords()
    {
        var codes = Source.Files("cs").SelectMany(file => FaultCode().Matches(File.ReadAllText(file))).Select(match => match.Groups["code"].Value).Distinct().ToList();
        Assert.Contains("CHUNK_INDEX", codes);
        Assert.Contains("FIELD_REQUIRED", codes);
        Assert.Contains("LICENCE_UNKNOWN", codes);
        Assert.All(codes, code => Assert.Matches(@"\A[A-Z][A-Z0-9]*(_[A-Z0-9]+)*\z", code));
    }

    [GeneratedRegex(@"(?:FaultKind\.[A-Za-z]+,\s*|Malformed\(\s*)""(?<code>[^""]+)""", RegexOptions.CultureInvariant)]
    private static partial Regex FaultCode();
}
