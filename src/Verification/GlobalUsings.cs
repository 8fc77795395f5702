// The wire messages of the directory have the same names; verification works with the declared schema.
global using InformationItem = DataHub.Kernel.Resources.InformationItem;
global using ResourceSchema = DataHub.Kernel.Resources.ResourceSchema;
global using SubjectRole = DataHub.Kernel.Resources.SubjectRole;
