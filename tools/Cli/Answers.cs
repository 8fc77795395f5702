using DataHub.V1;
using Spectre.Console;

namespace DataHub.Cli;

/// <summary>How answers look on a terminal.</summary>
internal static class Answers
{
    public static Table Table(IEnumerable<(string Question, ClaimAnswer Answer)> answers)
    {
        var table = Tables.New("question", "answer", "data as of", "source", "rests on event");
        foreach (var (question, answer) in answers)
        {
            table.AddRow(
                question.Length == 0 ? answer.ClaimId : question.EscapeMarkup(),
                answer is { Result: Result.Match, Stale: true } ? $"{Word(answer.Result)} (data stale 超期)" : Word(answer.Result),
                answer.DataAsOf is null ? "-" : answer.DataAsOf.ToDateTimeOffset().ToString("yyyy-MM-dd HH:mm'Z'", System.Globalization.CultureInfo.InvariantCulture),
                answer.Source.Length == 0 ? "-" : answer.Source,
                answer.EventSequence == 0 ? "-" : answer.EventSequence.ToString(System.Globalization.CultureInfo.InvariantCulture));
        }

        return table;
    }

    private static string Word(Result result) => result switch
    {
        Result.Match => "MATCH 一致",
        Result.NoMatch => "NO_MATCH 不一致",
        Result.NoRecord => "NO_RECORD 无记录",
        Result.Stale => "STALE 数据超期",
        _ => result.ToString(),
    };
}
