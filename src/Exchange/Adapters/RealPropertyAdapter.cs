using System.Globalization;
using System.Numerics;
using DataHub.Exchange.Quality;
using DataHub.Exchange.Records;
using DataHub.V1;
using Google.Protobuf;

namespace DataHub.Exchange.Adapters;

/// <summary>不动产权利信息.</summary>
internal sealed class RealPropertyAdapter : IRecordAdapter
{
    private const string ByShares = "2";

    // Longer ones were turned away already; adding them up would only cost time.
    private const int MaxShareLength = 20;

    public string Resource => "real_property_right";

    public IMessage? Body(Record record) => record.RealPropertyRight;

    public void Check(RecordDraft draft, RuleRun rules)
    {
        if (draft["ownership_mode"] == ByShares)
        {
            rules.Check(draft, "shares_given", "owners", SharesAddUp(draft));
        }

        if (draft["unit_code"] is { Length: 28 } unit && draft["division"] is { } division)
        {
            rules.Check(draft, "division_matches_unit", "division", unit.StartsWith(division, StringComparison.Ordinal));
        }

        if (draft.Date("issued_on") is { } issued && draft.DateOfInstant("registered_at") is { } registered)
        {
            rules.Check(draft, "issued_after_registered", "issued_on", issued >= registered);
        }

        if (decimal.TryParse(draft["building_area"], CultureInfo.InvariantCulture, out var area))
        {
            rules.Check(draft, "area_positive", "building_area", area > 0);
        }

        if (draft.Date("use_from") is { } from && draft.Date("use_to") is { } to)
        {
            rules.Check(draft, "valid_dates", "use_to", from <= to);
        }

        PersonRules.NotFuture(draft, rules, "issued_on");
    }

    // Shares are fractions (1/3 has no decimal form), so they are added as fractions.
    private static bool SharesAddUp(RecordDraft draft)
    {
        var (numerator, denominator) = (BigInteger.Zero, BigInteger.One);
        for (var owner = 0; owner < draft.CountOf("owners"); owner++)
        {
            if (!TryReadShare(draft[$"owners[{owner}].share"], out var n, out var d))
            {
                return false;
            }

            (numerator, denominator) = ((numerator * d) + (n * denominator), denominator * d);
        }

        return numerator == denominator;
    }

    private static bool TryReadShare(string? share, out BigInteger numerator, out BigInteger denominator)
    {
        (numerator, denominator) = (default, default);
        if (share is null or { Length: > MaxShareLength })
        {
            return false;
        }

        var parts = share.Split('/');
        if (parts.Length == 2)
        {
            return BigInteger.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out numerator)
                && BigInteger.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out denominator)
                && !denominator.IsZero;
        }

        if (!decimal.TryParse(share, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value))
        {
            return false;
        }

        denominator = BigInteger.Pow(10, value.Scale);
        numerator = new BigInteger(value * (decimal)denominator);
        return true;
    }
}
